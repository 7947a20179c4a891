package manifest

import (
	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// kustLocator locates the fields of one object of a kustomization root.
type kustLocator struct {
	*rendered
	index int
	// source is set while the source of a replacement is located, which must not
	// lead to another replacement.
	source bool
}

// reserialised reports whether kustomize wrote the object out and read it again,
// or made it up: its lines are not the files'.
func (l *kustLocator) reserialised(o *Object) bool { return o.root.Line <= l.set.base }

// place returns the span of a rendered node. Of an object that was written out
// again no node has a place of its own, however large its line.
func (l *kustLocator) place(n *yaml.Node) (source.Span, bool) {
	if l.roots[l.index].Line <= l.set.base && !l.patchedLater(n) {
		return source.Span{}, false
	}
	return l.set.place(n)
}

func (l *kustLocator) placeKey(s step) (source.Span, bool) {
	if _, ok := l.place(s.node); !ok && l.roots[l.index].Line <= l.set.base {
		return source.Span{}, false
	}
	return l.set.placeKey(s)
}

// patchedLater reports whether a node of an object that was written out again
// comes from a patch that ran after that.
func (l *kustLocator) patchedLater(n *yaml.Node) bool {
	return n.Line > l.set.base && n.Line > countLines(l.roots[l.index])
}

func (l *kustLocator) locate(o *Object, path []string, _ *yaml.Node) (source.Span, []source.Related) {
	steps, whole := walk(o.root, path)
	from := l.origin()
	if !whole {
		if s, ok := l.removed(o, from, steps, path); ok {
			return s, l.explain(from, steps, path, s)
		}
		s := l.absent(o, from, steps, path)
		return s, l.chain(s)
	}
	if s, ok := l.identity(from, steps, path); ok {
		return s, l.chain(s)
	}
	s, ok := placeOf(l, steps, true)
	if replaced, found := l.replaced(o, from, steps, path, s); found {
		s, ok = replaced, true
	}
	if !ok && l.reserialised(o) {
		s, ok = l.afterJSON(o, steps, path)
	}
	if !ok {
		s, ok = l.written(o, from, steps, path)
	}
	if !ok {
		s = l.whole(o, from)
	}
	return s, l.explain(from, steps, path, s)
}

// identity locates what an object is: a patch repeats its kind to find it, and
// that is where the merged node comes from.
func (l *kustLocator) identity(from *origin, steps []step, path []string) (source.Span, bool) {
	if from == nil || len(path) != 1 || path[0] != "kind" && path[0] != "apiVersion" {
		return source.Span{}, false
	}
	return valueIn(from, from.root, steps, path, steps[len(steps)-1].node.Value)
}

// absent returns the nearest parent of a missing field that has a place.
func (l *kustLocator) absent(o *Object, from *origin, steps []step, path []string) source.Span {
	for i := len(steps); i > 1; i-- {
		if s, ok := placeOf(l, steps[:i], false); ok {
			return s
		}
		if l.reserialised(o) {
			if s, ok := l.parentAfterJSON(o, steps[:i], path[:i-1]); ok {
				return s
			}
		}
		if from != nil {
			if other, whole := align(from.root, steps, path[:i-1]); whole {
				if s, ok := placeOf(from, other, false); ok {
					return s
				}
			}
		}
	}
	return l.whole(o, from)
}

// whole returns the place that stands for the whole object.
func (l *kustLocator) whole(o *Object, from *origin) source.Span {
	if from != nil {
		if s, ok := placeOf(from, []step{{node: from.root}}, false); ok {
			return s
		}
	}
	if s, ok := l.generated(o, nil); ok {
		return s
	}
	return l.closure.root.span(nil)
}

// origin is where an object was first written.
type origin struct {
	*docEntry
	root *yaml.Node
}

// origin returns where the object was first written, nil for a generated one.
func (l *kustLocator) origin() *origin {
	root := l.roots[l.index]
	if root.Line > l.set.base {
		return l.set.originOf(root)
	}
	if !l.closure.jsonPatches {
		return nil
	}
	if s := l.again(); s.stripRoots != nil {
		return s.set.originOf(s.stripRoots[l.index])
	}
	return nil
}

// originOf returns the document of an object's root, and in it the object, which
// may be one of a List.
func (s *docSet) originOf(root *yaml.Node) *origin {
	e := s.entry(root)
	if e == nil {
		return nil
	}
	whole := expandAliases(e.doc.Root)
	for _, n := range unwrapList(whole) {
		if n.Line == root.Line-e.base+e.doc.Before && n.Column == root.Column {
			return &origin{e, n}
		}
	}
	return &origin{e, whole}
}

// counterpart returns the place where the base writes the same field, for a
// field that something else has set.
func (l *kustLocator) counterpart(from *origin, steps []step, path []string, at source.Span) []source.Related {
	if from == nil {
		return nil
	}
	other, whole := align(from.root, steps, path)
	s, ok := placeOf(from, other, whole)
	if !ok || s.Path() == at.Path() && s.Start.Line == at.Start.Line {
		return nil
	}
	if !whole {
		if s.Path() == at.Path() {
			return nil
		}
		return []source.Related{{At: s, Message: "the object is defined here"}}
	}
	return []source.Related{{At: s, Message: "the base sets the field here"}}
}

// countLines returns how many lines an object takes when kustomize writes it.
func countLines(n *yaml.Node) int {
	lines := 1
	for _, c := range n.Content {
		lines += countLines(c)
	}
	if n.Kind == yaml.ScalarNode {
		for i := range len(n.Value) {
			if n.Value[i] == '\n' {
				lines++
			}
		}
	}
	return lines
}
