package manifest

import (
	"slices"
	"strconv"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// removed returns the line of the patch that took away a field which the base
// sets: that line, not the base, is what a person has to change.
func (l *kustLocator) removed(o *Object, from *origin, steps []step, path []string) (source.Span, bool) {
	if from == nil {
		return source.Span{}, false
	}
	if _, whole := align(from.root, steps, path); !whole {
		return source.Span{}, false
	}
	for _, m := range l.closure.members {
		for _, op := range slices.Backward(l.lib.ops(m.kustomization)) {
			if op.kind == "remove" && op.reaches(o) && op.covers(path) && op.sameIndexes(path) {
				return op.place(op.at)
			}
		}
		for _, d := range slices.Backward(l.lib.mergePatches(m.kustomization)) {
			if !d.patches(o, from) {
				continue
			}
			if n := removal(d.doc.Root, steps, path); n != nil {
				return d.place(n)
			}
		}
	}
	return source.Span{}, false
}

// sameIndexes reports whether the list positions of the operation's path are
// those of a field path.
func (op *jsonOp) sameIndexes(path []string) bool {
	for i, s := range op.path {
		if index, ok := itemIndex(path[i]); ok && s != strconv.Itoa(index) {
			return false
		}
	}
	return true
}

// mergePatch is one document of a strategic merge patch.
type mergePatch struct {
	*docEntry
	targetKind string // of the entry's target, "" for none
	targeted   bool
}

// mergePatches returns the strategic merge patches of a kustomization in the
// order in which they run.
func (l *library) mergePatches(k *kustomization) []mergePatch {
	var out []mergePatch
	for _, p := range k.patches {
		docs := l.patchDocs(k, p.Path)
		if isJSONPatch(docs) {
			continue
		}
		for _, d := range docs {
			mp := mergePatch{docEntry: &docEntry{doc: d, inline: k.inline[p.Path]}}
			if p.Target != nil {
				mp.targeted, mp.targetKind = true, p.Target.Kind
			}
			out = append(out, mp)
		}
	}
	return out
}

// patches reports whether the patch may change an object.
func (p mergePatch) patches(o *Object, from *origin) bool {
	if p.targeted {
		return mayMatch(p.targetKind, o.Kind)
	}
	name := textAt(p.doc.Root, "metadata", "name")
	return textAt(p.doc.Root, "kind") == o.Kind &&
		(name == o.Name || from != nil && name == textAt(from.root, "metadata", "name"))
}

// removal returns the node of a strategic merge patch that deletes the field at
// a path: a null, or a $patch directive on the way to it.
func removal(root *yaml.Node, steps []step, path []string) *yaml.Node {
	got, _ := align(root, steps, path)
	for i, s := range got {
		if s.node.Tag == yaml.NodeTagNull {
			if s.key != nil {
				return s.key
			}
			return s.node
		}
		if i > 0 {
			if directive := lookupMap(s.node, "$patch"); directive != nil {
				return directive
			}
		}
	}
	return nil
}

// valueIn returns the span of the scalar at a path of a document, where it has
// the given value.
func valueIn(at placer, root *yaml.Node, steps []step, path []string, value string) (source.Span, bool) {
	got, whole := align(root, steps, path)
	if !whole || got[len(got)-1].node.Kind != yaml.ScalarNode || got[len(got)-1].node.Value != value {
		return source.Span{}, false
	}
	return at.place(got[len(got)-1].node)
}
