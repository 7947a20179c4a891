package manifest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// jsonOp is one operation of a JSON 6902 patch
// (https://www.rfc-editor.org/rfc/rfc6902).
type jsonOp struct {
	kind   string
	path   []string
	target *types.Selector
	value  *yaml.Node
	at     *yaml.Node // the scalar with the path
	placer
}

// ops returns the operations that a kustomization's JSON patches hold, in the
// order in which they run.
func (l *library) ops(k *kustomization) []jsonOp {
	var out []jsonOp
	for _, p := range slices.Concat(k.patches, k.latePatches) {
		docs := l.patchDocs(k, p.Path)
		if !isJSONPatch(docs) {
			continue
		}
		at := placerOf(docs[0], k.inline[p.Path])
		for _, n := range docs[0].Root.Content {
			path := lookupMap(n, "path")
			if path == nil {
				continue
			}
			out = append(out, jsonOp{kind: textAt(n, "op"), path: pointer(path.Value), target: p.Target,
				value: lookupMap(n, "value"), at: path, placer: at})
		}
	}
	return out
}

func placerOf(d *yamldoc.Document, in *inlineText) placer {
	return &docEntry{doc: d, inline: in}
}

func lookupMap(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	return lookup(n, key)
}

// pointer splits a JSON pointer (https://www.rfc-editor.org/rfc/rfc6901).
func pointer(text string) []string {
	segments := strings.Split(strings.TrimPrefix(text, "/"), "/")
	for i, s := range segments {
		segments[i] = strings.ReplaceAll(strings.ReplaceAll(s, "~1", "/"), "~0", "~")
	}
	return segments
}

// reaches reports whether the operation may touch an object.
func (op *jsonOp) reaches(o *Object) bool {
	if op.target == nil {
		return true
	}
	return mayMatch(op.target.Kind, o.Kind) &&
		(mayMatch(op.target.Name, o.Name) || strings.Contains(o.Name, op.target.Name))
}

// covers reports whether a field path lies at or below the operation's.
func (op *jsonOp) covers(path []string) bool {
	if len(op.path) > len(path) {
		return false
	}
	for i, s := range op.path {
		index, isIndex := itemIndex(path[i])
		switch {
		case !isIndex && s != path[i]:
			return false
		case isIndex && s != "-":
			if _, err := strconv.Atoi(s); err != nil && s != strconv.Itoa(index) {
				return false
			}
		}
	}
	return true
}

// follow walks from the operation's value to the field at a path of the
// rendered object. It answers only where the value is what was rendered there.
func (op *jsonOp) follow(steps []step, path []string) (out []step, whole bool) {
	n := len(op.path)
	if op.value == nil || !op.covers(path) || n >= len(steps) {
		return nil, false
	}
	if _, isIndex := itemIndex(path[n-1]); isIndex && !sameIdentity(op.value, steps[n].node) {
		return nil, false
	}
	return align(op.value, steps[n:], path[n:])
}

func sameIdentity(a, b *yaml.Node) bool {
	if a.Kind == yaml.ScalarNode || b.Kind == yaml.ScalarNode {
		return a.Kind == b.Kind && a.Value == b.Value
	}
	return textAt(a, "name") == textAt(b, "name")
}

// afterJSON locates a field that exists in an object which a JSON patch made
// kustomize write out again.
func (l *kustLocator) afterJSON(o *Object, steps []step, path []string) (source.Span, bool) {
	field := steps[len(steps)-1].node
	if field.Kind != yaml.ScalarNode {
		return l.parentAfterJSON(o, steps, path)
	}
	if s, ok := l.token(path); ok {
		return s, true
	}
	again := l.again()
	if s, ok := l.fromOps(o, steps, path, func(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Value == field.Value }); ok {
		return s, true
	}
	if again.stripRoots != nil {
		if other, ok := align(again.stripRoots[l.index], steps, path); ok && other[len(other)-1].node.Value == field.Value {
			return placeOf(again.set, other, true)
		}
	}
	return source.Span{}, false
}

// parentAfterJSON locates a map or list of such an object.
func (l *kustLocator) parentAfterJSON(o *Object, steps []step, path []string) (source.Span, bool) {
	if again := l.again(); again.stripRoots != nil {
		if other, ok := align(again.stripRoots[l.index], steps, path); ok {
			if s, ok := placeOf(again.set, other, false); ok {
				return s, true
			}
		}
	}
	return l.fromOps(o, steps, path, func(*yaml.Node) bool { return true })
}

// fromOps returns the place in the value of the last operation that set a field.
func (l *kustLocator) fromOps(o *Object, steps []step, path []string, accept func(*yaml.Node) bool) (source.Span, bool) {
	for _, m := range l.closure.members {
		for _, op := range slices.Backward(l.lib.ops(m.kustomization)) {
			if !op.reaches(o) {
				continue
			}
			got, whole := op.follow(steps, path)
			if whole && accept(got[len(got)-1].node) {
				return placeOf(op, got, true)
			}
		}
	}
	return source.Span{}, false
}
