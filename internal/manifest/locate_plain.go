package manifest

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// placer tells where a node of a tree was written.
type placer interface {
	// place returns the node's span; false where the node was made by a program.
	place(n *yaml.Node) (source.Span, bool)
	// placeKey returns the span of the key that holds a map or list.
	placeKey(s step) (source.Span, bool)
}

// plainLocator locates the fields of an object that is read as it is written.
type plainLocator struct{ doc *yamldoc.Document }

func (p plainLocator) place(n *yaml.Node) (source.Span, bool) {
	s := p.doc.Span(n)
	return s, s.Valid()
}

func (p plainLocator) placeKey(s step) (source.Span, bool) {
	if s.key == nil {
		return source.Span{}, false
	}
	return p.place(s.key)
}

func (p plainLocator) locate(o *Object, path []string, _ *yaml.Node) (source.Span, []source.Related) {
	steps, whole := walk(o.root, path)
	s, _ := placeOf(p, steps, whole)
	return s, nil
}

// placeOf returns the place of the last of the steps to a field: the scalar, or
// the key of a map or list, or what names a list item. Where the field itself
// does not exist (whole is false) this is the parent that should carry it.
func placeOf(p placer, steps []step, whole bool) (source.Span, bool) {
	last := steps[len(steps)-1]
	if whole && last.node.Kind == yaml.ScalarNode {
		if s, ok := p.place(last.node); ok {
			return s, true
		}
		return source.Span{}, false
	}
	if s, ok := p.placeKey(last); ok {
		return s, true
	}
	return placeOfItem(p, last.node)
}

// placeOfItem returns the pair that names a list item, or the kind of a whole
// object: "name: server".
func placeOfItem(p placer, item *yaml.Node) (source.Span, bool) {
	own, ownOK := p.place(item)
	own = own.FirstLine()
	key, value := anchorOf(item)
	if key == nil {
		return own, ownOK
	}
	s, ok := p.place(key)
	if !ok || ownOK && s.Path() != own.Path() {
		return own, ownOK
	}
	if value != nil && value.Kind == yaml.ScalarNode {
		// The value may be one that a patch repeats; the pair is the base's.
		rest, ok := strings.CutPrefix(s.File.Line(s.Start.Line)[s.End.Offset-s.File.PosAt(s.Start.Line, 1).Offset:], ":")
		text := strings.TrimLeft(rest, " \t")
		if ok && strings.HasPrefix(strings.TrimLeft(text, `"'`), value.Value) {
			return s.File.Span(s.Start.Offset, s.End.Offset+1+len(rest)-len(text)+len(value.Value)), true
		}
	}
	return s, true
}
