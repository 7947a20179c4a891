package manifest

// Options narrow what Load looks at.
type Options struct {
	// Skip reports whether a repository-relative path is excluded by the user: no
	// root is taken from it and it is not judged as a plain manifest. A root that
	// is not excluded still reads what it refers to. Nil excludes nothing.
	Skip func(path string) bool
	// Workers bounds the roots rendered at once; 0 means two.
	Workers int
}

func (o Options) skips(path string) bool { return o.Skip != nil && o.Skip(path) }
