package manifest

import "github.com/tidewaiter/tidewaiter/internal/source"

// Options narrow what Load looks at.
type Options struct {
	// Skip reports whether a repository-relative path is excluded by the user: no
	// root is taken from it and it is not judged as a plain manifest. A root that
	// is not excluded still reads what it refers to. Nil excludes nothing.
	Skip func(path string) bool
	// Workers bounds the roots rendered at once; 0 means two.
	Workers int
	// Rendered are files that another program has rendered, judged beside what is
	// found. Charts that they stand for are no longer named as not analysed.
	Rendered []RenderedFile
	// Changes are what a change touched: a kustomization root that reads none of it
	// is not rendered, and a folder of plain manifests without any is marked. Nil
	// judges all.
	Changes *source.Changes
}

func (o Options) skips(path string) bool { return o.Skip != nil && o.Skip(path) }
