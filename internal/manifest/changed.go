package manifest

import (
	"path"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/api/konfig"
)

// concerns reports whether a change touches what a root reads, and remembers
// what the root leads to. All that a build reads or looks for is named by its
// kustomizations, so that nothing need be rendered to know it.
func (s *rootSet) concerns(l *library, root string, changes *source.Changes) bool {
	if changes == nil {
		return true
	}
	reached, files := map[string]bool{}, map[string]bool{}
	l.reach(root, reached)
	touched := false
	for dir := range reached {
		for _, name := range konfig.RecognizedKustomizationFileNames() {
			files[path.Join(dir, name)] = true
			touched = touched || changes.Reaches(path.Join(dir, name)) // one that is gone, too
		}
		k, _ := l.kustomization(dir)
		if k == nil {
			continue
		}
		files[k.Path] = true
		touched = touched || changes.Has(k.Path)
		for _, r := range k.refs {
			if !r.isDir {
				files[r.target] = true
			}
			touched = touched || r.target != "" && changes.Has(r.target) || changes.Reaches(path.Join(k.Dir, r.written()))
		}
	}
	into := s.touched
	if !touched {
		s.unrendered++
		into = s.read // it is taken to render as it did
	}
	for f := range files {
		into[f] = true
	}
	return touched
}

// keepChanged marks the folders of plain manifests in which a change touches
// nothing, and drops what is said of files that are not judged.
func (s *FileSet) keepChanged(changes *source.Changes, touched map[string]bool) {
	if changes == nil {
		return
	}
	for _, r := range s.Renders {
		beside := func(f string) bool { return path.Dir(f) == r.Dir && isYAML(f) }
		r.Unchanged = !r.Whole() && !slices.ContainsFunc(r.Inputs, changes.Has) && !slices.ContainsFunc(changes.Paths, beside)
		for _, f := range r.Inputs {
			touched[f] = touched[f] || !r.Unchanged
		}
	}
	keep := func(file string) bool { return touched[file] || changes.Has(file) }
	s.Ignores = slices.DeleteFunc(s.Ignores, func(ig source.Ignore) bool { return !keep(ig.At.Path()) })
	s.NotAnalysed = slices.DeleteFunc(s.NotAnalysed, func(n source.NotAnalysed) bool {
		return n.Path != "" && !keep(n.Path) && !(path.Base(n.Path) == "Chart.yaml" && changes.Below(path.Dir(n.Path)))
	})
}
