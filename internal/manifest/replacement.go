package manifest

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/utils"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// replaced locates a field that a replacement has filled in: at the field that
// it copies, since that is where the value is changed. A replacement writes into
// the node that was there, so the node's own place, at, tells only where the
// placeholder is written.
func (l *kustLocator) replaced(o *Object, from *origin, steps []step, path []string, at source.Span) (source.Span, bool) {
	field := steps[len(steps)-1].node
	if l.source || !l.closure.replaces || field.Kind != yaml.ScalarNode {
		return source.Span{}, false
	}
	if s, ok := l.token(path); ok {
		return s, true
	}
	for _, m := range l.closure.members {
		if from != nil && !m.covers(from.doc.File.Path) {
			continue
		}
		for i, r := range slices.Backward(m.Replacements) {
			if !slices.ContainsFunc(r.Targets, func(t *types.TargetSelector) bool {
				return t.Select != nil && mayMatch(t.Select.Kind, o.Kind) && replaces(t, steps, path)
			}) {
				continue
			}
			if r.SourceValue != nil {
				return m.span(m.value("replacements", i, "sourceValue")), true
			}
			if s, ok := l.sourceOf(r.Source); ok {
				return s, true
			}
			return m.span(m.value("replacements", i, "source")).FirstLine(), true
		}
	}
	return source.Span{}, false
}

// sourceOf locates the field that a replacement copies.
func (l *kustLocator) sourceOf(s *types.SourceSelector) (source.Span, bool) {
	if s == nil {
		return source.Span{}, false
	}
	path := strings.Split(s.FieldPath, ".")
	if s.FieldPath == "" {
		path = strings.Split(types.DefaultReplacementFieldPath, ".")
	}
	for i, root := range l.roots {
		o := newObject(root, &kustLocator{rendered: l.rendered, index: i, source: true})
		if o == nil || s.Kind != "" && s.Kind != o.Kind || !strings.Contains(o.Name, s.Name) {
			continue
		}
		if f := o.Field(path...); f.Exists() {
			return f.Span(), true
		}
	}
	return source.Span{}, false
}

// replaces reports whether a target names the field.
func replaces(t *types.TargetSelector, steps []step, path []string) bool {
	paths := t.FieldPaths
	if len(paths) == 0 {
		paths = []string{types.DefaultReplacementFieldPath}
	}
	return slices.ContainsFunc(paths, func(p string) bool {
		segments := utils.SmarterPathSplitter(p, ".")
		if len(segments) != len(path) {
			return false
		}
		for i, s := range segments {
			if !chooses(s, path[i], steps[i+1].node) {
				return false
			}
		}
		return true
	})
}

// chooses reports whether a segment of a replacement's field path leads to a
// node: a key, a position, "*" or a condition such as "[name=web]".
func chooses(segment, element string, n *yaml.Node) bool {
	index, isIndex := itemIndex(element)
	if !isIndex {
		return strings.Trim(segment, "[]") == element
	}
	if key, value, ok := strings.Cut(strings.Trim(segment, "[]"), "="); ok {
		return textAt(n, key) == value || key == "" && n.Value == value
	}
	return segment == "*" || segment == strconv.Itoa(index)
}
