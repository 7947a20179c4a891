package manifest

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Embedded returns the objects of the YAML documents that a scalar holds, such as
// a configuration in a ConfigMap or a patch in a list of patches; a patch may
// leave its apiVersion out. Their fields have places of their own where the
// scalar is a literal block, and the scalar's place elsewhere. The error names
// the documents that could not be read; the others are returned beside it.
func (f Field) Embedded() ([]*Object, error) {
	text := f.String()
	if len(text) > maxEmbedded {
		return nil, &yamldoc.Error{At: f.Span().FirstLine(), Reason: "text inside a field larger than the limit of 1 MiB"}
	}
	inner := source.NewFile("", text)
	docs, err := yamldoc.Parse(inner)
	outer := f.Span()
	place := func(s source.Span) source.Span { return unfold(outer, inner, s) }
	var out []*Object
	for _, d := range docs {
		for _, n := range unwrapList(expandAliases(d.Root)) {
			o := &Object{Render: f.object.Render, root: n, locator: innerLocator{plainLocator{d}, place}}
			if o.identify(); o.Kind != "" {
				out = append(out, o)
			}
		}
	}
	return out, err
}

// innerLocator locates the fields of an object that stands in a part of a file,
// which was read as a text of its own.
type innerLocator struct {
	plainLocator
	place func(source.Span) source.Span
}

func (l innerLocator) locate(o *Object, path []string, n *yaml.Node) (source.Span, []source.Related) {
	s, _ := l.plainLocator.locate(o, path, n)
	return l.place(s), nil
}

// unfold returns the place in its file of a place inside the text of a scalar:
// the very token in a literal block, the scalar's first line elsewhere.
func unfold(scalar source.Span, inner *source.File, s source.Span) source.Span {
	if !scalar.Valid() || !s.Valid() {
		return scalar
	}
	s = s.FirstLine()
	line := scalar.Start.Line + s.Start.Line
	text, own := scalar.File.Line(line), inner.Line(s.Start.Line)
	if !strings.HasPrefix(scalar.Text(), "|") || line > scalar.File.LineCount() || !strings.HasSuffix(text, own) {
		return scalar.FirstLine()
	}
	from := scalar.File.PosAt(line, 1).Offset + len(text) - len(own) + s.Start.Offset - inner.PosAt(s.Start.Line, 1).Offset
	return scalar.File.Span(from, from+s.End.Offset-s.Start.Offset)
}

// blockIgnores returns the comments inside the literal blocks below a node that
// hold objects themselves.
func blockIgnores(d *yamldoc.Document, n *yaml.Node) []source.Ignore {
	var out []source.Ignore
	for _, child := range n.Content {
		out = append(out, blockIgnores(d, child)...)
	}
	if n.Kind != yaml.ScalarNode || n.Style&yaml.LiteralStyle == 0 || !strings.Contains(n.Value, ignoreWord) || len(n.Value) > maxEmbedded {
		return out
	}
	inner, scalar := source.NewFile("", n.Value), d.Span(n)
	docs, _ := yamldoc.Parse(inner)
	holds := func(d *yamldoc.Document) bool { return lookupMap(d.Root, "kind") != nil }
	if !slices.ContainsFunc(docs, holds) {
		return out
	}
	c := commentScan{file: inner, docs: docs, shift: scalar.Start.Line, span: func(start, end int) source.Span {
		return unfold(scalar, inner, inner.Span(start, end))
	}}
	return append(out, c.comments()...)
}
