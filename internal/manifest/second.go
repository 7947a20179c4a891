package manifest

import (
	"sync"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// secondRender is what JSON 6902 patches make necessary: kustomize writes the
// whole object out as JSON and reads it again, so that its nodes know nothing
// of the files. Two more renders find the places; they are made when a finding
// first needs one.
type secondRender struct {
	once sync.Once
	// tokens and tokenRoots are the render with replaced scalars; nil where it
	// does not have the same objects.
	tokens     *tokenSet
	tokenRoots []*yaml.Node
	// set and stripRoots are the render without JSON patches.
	set        *docSet
	stripRoots []*yaml.Node
}

func (r *rendered) again() *secondRender {
	s := r.second
	s.once.Do(func() {
		g := newGuardFS(r.lib, r.closure, modeTokens)
		g.tokens = newTokenSet()
		if roots, err := g.run(); err == nil && sameObjects(roots, r.roots) {
			s.tokens, s.tokenRoots = g.tokens, roots
		}
		g = newGuardFS(r.lib, r.closure, modeStrip)
		if roots, err := g.run(); err == nil && sameObjects(roots, r.roots) {
			s.set, s.stripRoots = g.set, roots
		}
	})
	return s
}

// sameObjects reports whether two renders hold the same objects in the same
// order; a JSON patch may change the kind or the name of an object, not both.
func sameObjects(a, b []*yaml.Node) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if textAt(a[i], "kind") != textAt(b[i], "kind") && textAt(a[i], "metadata", "name") != textAt(b[i], "metadata", "name") {
			return false
		}
	}
	return true
}

// textAt returns the scalar at a path of map keys, "" where there is none.
func textAt(n *yaml.Node, path ...string) string {
	for _, p := range path {
		if n == nil || n.Kind != yaml.MappingNode {
			return ""
		}
		n = lookup(n, p)
	}
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}
