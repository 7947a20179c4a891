package manifest

import (
	"iter"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Field is one node of a rendered object, present or absent. The zero Field
// belongs to no object and is absent.
//
// Rules ask for far more fields than they report, so a Field does not carry its
// path: that is looked up from the node when a finding names it.
type Field struct {
	object *Object
	// node is nil for an absent field, which then stands at rest below near, the
	// deepest node on the way to it that is present.
	node, near *yaml.Node
	rest       []string
}

// Object returns the object that the field is of.
func (f Field) Object() *Object { return f.object }

// Exists reports whether the field is present and not null.
func (f Field) Exists() bool { return f.node != nil && f.node.Tag != yaml.NodeTagNull }

// IsMap and IsList tell the kind of a present field.
func (f Field) IsMap() bool { return f.node != nil && f.node.Kind == yaml.MappingNode }

// IsList reports whether the field is a sequence.
func (f Field) IsList() bool { return f.node != nil && f.node.Kind == yaml.SequenceNode }

// Get returns the field below f at the given keys.
func (f Field) Get(keys ...string) Field {
	for i, k := range keys {
		var next *yaml.Node
		if f.IsMap() {
			next = lookup(f.node, k)
		}
		if next == nil {
			return f.absent(keys[i:])
		}
		f.node = next
	}
	return f
}

// absent returns the field at keys below f, where the first of them is missing.
func (f Field) absent(keys []string) Field {
	if f.node != nil {
		f.near, f.node = f.node, nil
	}
	f.rest = append(f.rest[:len(f.rest):len(f.rest)], keys...)
	return f
}

func lookup(m *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

// Items returns the elements of a list, none for anything else.
func (f Field) Items() []Field {
	if !f.IsList() {
		return nil
	}
	out := make([]Field, len(f.node.Content))
	for i, n := range f.node.Content {
		out[i] = Field{object: f.object, node: n}
	}
	return out
}

// Entries iterates the keys of a map with their fields, in order.
func (f Field) Entries() iter.Seq2[string, Field] {
	return func(yield func(string, Field) bool) {
		if !f.IsMap() {
			return
		}
		for i := 0; i+1 < len(f.node.Content); i += 2 {
			if !yield(f.node.Content[i].Value, Field{object: f.object, node: f.node.Content[i+1]}) {
				return
			}
		}
	}
}

// String returns a scalar's text, "" for anything else.
func (f Field) String() string {
	if !f.Exists() || f.node.Kind != yaml.ScalarNode {
		return ""
	}
	return f.node.Value
}

// Strings returns the scalar items of a list.
func (f Field) Strings() []string {
	var out []string
	for _, it := range f.Items() {
		out = append(out, it.String())
	}
	return out
}

// StringMap returns a map of scalars.
func (f Field) StringMap() map[string]string {
	out := map[string]string{}
	for k, v := range f.Entries() {
		out[k] = v.String()
	}
	return out
}

// Bool returns a boolean and whether the field is one.
func (f Field) Bool() (value, ok bool) {
	switch f.String() {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// Int returns an integer and whether the field is one.
func (f Field) Int() (int64, bool) {
	n, err := strconv.ParseInt(f.String(), 0, 64)
	return n, err == nil && f.Exists()
}

// Path returns the field's path as kubectl writes it: "spec.template.spec.containers[0].image".
func (f Field) Path() string { return written(f.steps()) }

func written(steps []string) string {
	return strings.ReplaceAll(strings.Join(steps, "."), ".[", "[")
}

// steps are the keys that lead from the object to the field; the items of lists
// are "[0]", "[1]" and so on.
func (f Field) steps() []string {
	node := f.node
	if node == nil {
		node = f.near
	}
	if f.object == nil || node == nil {
		return f.rest
	}
	return append(f.object.wayTo(node, len(f.rest)), f.rest...)
}

// Place is a field's path and where it was set, found at once.
type Place struct {
	Path    string
	Span    source.Span
	Related []source.Related
}

// Place returns what Path, Span and Related return, in one look.
func (f Field) Place() Place {
	steps := f.steps()
	p := Place{Path: written(steps)}
	if f.object != nil && f.object.locator != nil {
		p.Span, p.Related = f.object.locator.locate(f.object, steps, f.node)
	}
	return p
}

// Span returns the place a person would edit: the scalar or key that set the
// field, and for an absent field the parent that should carry it.
func (f Field) Span() source.Span { return f.Place().Span }

// Related returns the places that explain Span: the overlay, patch and base.
func (f Field) Related() []source.Related { return f.Place().Related }
