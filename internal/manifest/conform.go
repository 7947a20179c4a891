package manifest

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Fault is one thing in an object that does not fit its schema.
type Fault struct {
	schema.Fault
	// Field is the part at fault, for a missing field the one that is absent;
	// Parent is what holds it.
	Field, Parent Field
	// First is the earlier item that a repeated one is like, the zero Field
	// elsewhere.
	First Field
}

// Conform holds the object against a type and returns what does not fit, in the
// order of the object.
func (o *Object) Conform(t *schema.Type, targets schema.Targets) []Fault {
	found := schema.Check(o.root, t, targets)
	if len(found) == 0 {
		return nil
	}
	out := make([]Fault, len(found))
	for i, f := range found {
		out[i] = Fault{Fault: f, Field: Field{object: o, node: f.Node}, Parent: Field{object: o, node: f.Parent}}
		if f.Sort == schema.MissingField {
			out[i].Field = out[i].Parent.Get(f.Name)
		}
		if f.First != nil {
			out[i].First = Field{object: o, node: f.First}
		}
	}
	return out
}

// Key returns the place of the key that holds a present field. Where that key
// stands on another line than the value, or was made by a program, it is the
// field's Span.
func (f Field) Key() source.Span {
	at := f.Span()
	way := f.steps()
	if !at.Valid() || len(way) == 0 || f.IsMap() || f.IsList() {
		return at
	}
	key := way[len(way)-1]
	start := at.File.PosAt(at.Start.Line, 1).Offset
	before := at.File.Text[start:at.Start.Offset]
	if i := strings.LastIndex(before, key); i >= 0 {
		if rest := strings.TrimLeft(before[i+len(key):], `"' `); strings.HasPrefix(rest, ":") && strings.TrimLeft(rest[1:], " \t") == "" {
			return at.File.Span(start+i, start+i+len(key))
		}
	}
	return at
}
