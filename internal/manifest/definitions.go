package manifest

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
)

// Definitions are the custom resource definitions of a repository. Their schemas
// are read when an object of their kind is asked about. Not safe for concurrent
// use.
type Definitions struct {
	objects map[kindOfGroup][]*Object
	read    map[string]*schema.Definition // by the text of the document
}

type kindOfGroup struct{ group, kind string }

// NewDefinitions finds the definitions among the objects of renders.
func NewDefinitions(renders []*Render) *Definitions {
	d := &Definitions{objects: map[kindOfGroup][]*Object{}, read: map[string]*schema.Definition{}}
	for _, r := range renders {
		for _, o := range r.Objects {
			if o.Kind == "CustomResourceDefinition" {
				id := kindOfGroup{o.Field("spec", "group").String(), o.Field("spec", "names", "kind").String()}
				d.objects[id] = append(d.objects[id], o)
			}
		}
	}
	return d
}

// Has reports whether a definition makes a kind.
func (d *Definitions) Has(group, kind string) bool {
	return len(d.objects[kindOfGroup{group, kind}]) > 0
}

// Of returns the definition of an object's kind and the object that it stands
// in: that of the same render, else the one that the repository has. It is nil
// where there is none, and where the repository has several that differ, since
// any of them may be the cluster's.
func (d *Definitions) Of(o *Object) (*schema.Definition, *Object) {
	candidates := d.objects[kindOfGroup{o.Group(), o.Kind}]
	for _, c := range candidates {
		if c.Render == o.Render {
			candidates = []*Object{c}
			break
		}
	}
	if len(candidates) == 0 || !alike(candidates) {
		return nil, nil
	}
	return d.definition(candidates[0]), candidates[0]
}

// alike reports whether definitions are written with the same words: reading
// each of them to see whether they say the same would cost too much.
func alike(definitions []*Object) bool {
	first := ""
	for i, o := range definitions {
		doc := o.document()
		if doc == nil {
			return len(definitions) == 1
		}
		text := doc.File.Text[doc.Start:doc.End]
		switch {
		case i == 0:
			first = text
		case text != first && words(text) != words(first):
			return false
		}
	}
	return true
}

// words is a text without its white space and its document separator.
func words(text string) string {
	return strings.Join(strings.Fields(strings.TrimPrefix(text, "---")), "")
}

// definition reads one definition, from its file where the schema was masked
// there (see maskSchemas).
func (d *Definitions) definition(o *Object) *schema.Definition {
	doc := o.document()
	if doc == nil || hasSchema(o) {
		return schema.ReadDefinition(o.root)
	}
	text := doc.File.Text[doc.Start:doc.End]
	if got, known := d.read[text]; known {
		return got
	}
	var got *schema.Definition
	docs, _ := yamldoc.Parse(source.NewFile(doc.File.Path, text))
	for _, whole := range docs {
		for _, n := range unwrapList(expandAliases(whole.Root)) {
			if textAt(n, "spec", "group") == o.Field("spec", "group").String() && textAt(n, "spec", "names", "kind") == o.Field("spec", "names", "kind").String() {
				got = schema.ReadDefinition(n)
			}
		}
	}
	d.read[text] = got
	return got
}

// hasSchema reports whether the object holds a schema as it was rendered: no
// text is masked where a patch may change it.
func hasSchema(o *Object) bool {
	for _, v := range o.Field("spec", "versions").Items() {
		if v.Get("schema", "openAPIV3Schema").IsMap() {
			return true
		}
	}
	return false
}

// document returns the document that an object was first written in, nil for a
// generated one.
func (o *Object) document() *yamldoc.Document {
	switch l := o.locator.(type) {
	case plainLocator:
		return l.doc
	case *kustLocator:
		if from := l.origin(); from != nil && from.inline == nil {
			return from.doc
		}
	}
	return nil
}
