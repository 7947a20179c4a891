package manifest

import (
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// placer tells where a node of a tree was written.
type placer interface {
	// place returns the node's span; false where the node was made by a program.
	place(n *yaml.Node) (source.Span, bool)
}

// plainLocator locates the fields of an object that is read as it is written.
type plainLocator struct{ doc *yamldoc.Document }

func (p plainLocator) place(n *yaml.Node) (source.Span, bool) {
	s := p.doc.Span(n)
	return s, s.Valid()
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
	if last.key != nil {
		if s, ok := p.place(last.key); ok {
			return s, true
		}
	}
	return placeOfItem(p, last.node, len(steps) == 1)
}

// placeOfItem returns the pair that names a list item, or the kind of a whole
// object: "name: server".
func placeOfItem(p placer, item *yaml.Node, object bool) (source.Span, bool) {
	names := []string{"name"}
	if object {
		names = []string{"kind"}
	}
	own, ownOK := p.place(item)
	own = own.FirstLine()
	key, value := anchorOf(item, names...)
	if key == nil {
		return own, ownOK
	}
	s, ok := p.place(key)
	if !ok || ownOK && s.Path() != own.Path() {
		return own, ownOK
	}
	if value != nil && value.Kind == yaml.ScalarNode {
		if v, ok := p.place(value); ok && v.File == s.File && v.Start.Line == s.Start.Line && v.Start.Offset > s.Start.Offset {
			return s.File.Span(s.Start.Offset, v.End.Offset).FirstLine(), true
		}
	}
	return s, true
}
