package manifest

import (
	"slices"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// secondRender is what finds the places of what kustomize has written itself:
// what its transformers, generators and replacements set, and the objects that
// JSON 6902 patches change, which it writes out as JSON and reads again, so that
// their nodes know nothing of the files. One more render tells most of it, a
// third one, without JSON patches, the rest; they are made when a finding first
// needs them.
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
		options := r.closure.tokenOptions()
		for range 2 {
			g := newGuardFS(r.lib, r.closure, modeTokens)
			g.tokens = newTokenSet(options)
			if roots, err := g.run(); err == nil && sameObjects(roots, r.roots) {
				s.tokens, s.tokenRoots = g.tokens, roots
				break
			}
			options.basic = true
		}
		if !r.closure.jsonPatches {
			return
		}
		g := newGuardFS(r.lib, r.closure, modeStrip)
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

// token returns the place of the token that comes out at a path of an object. Of
// a value made of several it is the last that an overlay has put there: the tag
// of an image, not its name.
func (l *kustLocator) token(path []string) (source.Span, bool) {
	again := l.again()
	if again.tokens == nil {
		return source.Span{}, false
	}
	got, ok := walk(again.tokenRoots[l.index], path)
	if !ok || got[len(got)-1].node.Kind != yaml.ScalarNode {
		return source.Span{}, false
	}
	found := again.tokens.find(got[len(got)-1].node.Value)
	if len(found) == 0 {
		return source.Span{}, false
	}
	if from := l.origin(); from != nil && len(found) > 1 {
		for _, s := range slices.Backward(found) {
			if s.Path() != from.doc.File.Path {
				return s, true
			}
		}
	}
	return found[len(found)-1], true
}
