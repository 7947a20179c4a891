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
type Field struct {
	object *Object
	path   []string
	node   *yaml.Node
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
	for _, k := range keys {
		next := Field{object: f.object, path: append(f.path[:len(f.path):len(f.path)], k)}
		if f.IsMap() {
			next.node = lookup(f.node, k)
		}
		f = next
	}
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
		out[i] = Field{object: f.object, path: append(f.path[:len(f.path):len(f.path)], "["+strconv.Itoa(i)+"]"), node: n}
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
			key := f.node.Content[i].Value
			value := Field{object: f.object, path: append(f.path[:len(f.path):len(f.path)], key), node: f.node.Content[i+1]}
			if !yield(key, value) {
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
func (f Field) Path() string {
	return strings.ReplaceAll(strings.Join(f.path, "."), ".[", "[")
}

// Span returns the place a person would edit: the scalar or key that set the
// field, and for an absent field the parent that should carry it.
func (f Field) Span() source.Span {
	if f.object == nil || f.object.locator == nil {
		return source.Span{}
	}
	s, _ := f.object.locator.locate(f.object, f.path, f.node)
	return s
}

// Related returns the places that explain Span: the overlay, patch and base.
func (f Field) Related() []source.Related {
	if f.object == nil || f.object.locator == nil {
		return nil
	}
	_, r := f.object.locator.locate(f.object, f.path, f.node)
	return r
}
