package manifest

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// inlineText is YAML written inside a scalar of a kustomization file, or of the
// configuration of a transformer, which may be inside a scalar itself.
type inlineText struct {
	in     *kustomization
	scalar *yaml.Node // nil where it cannot be found
	text   string
	docs   []*yamldoc.Document

	outer *inlineText       // the text that the scalar is in, nil for a file
	doc   *yamldoc.Document // the document that the scalar is in, nil for that of in
}

// span returns the place in the file of a node of the text inside the scalar:
// the very token for a literal block, the scalar's first line for folded and
// quoted text, which has other lines than the file.
func (t *inlineText) span(n *yaml.Node) source.Span {
	if t.scalar == nil {
		return t.in.span(nil)
	}
	if t.scalar.Style&yaml.LiteralStyle == 0 {
		return t.around(t.scalar).FirstLine()
	}
	own := *n
	own.Content = nil
	own.Line += t.scalar.Line
	own.Column += t.indent()
	return t.around(&own)
}

// around returns the place of a node of the document that the scalar is in.
func (t *inlineText) around(n *yaml.Node) source.Span {
	switch {
	case t.outer != nil:
		return t.outer.span(n)
	case t.doc != nil:
		return t.doc.Span(n)
	}
	return t.in.doc.Span(n)
}

// indent returns the columns by which a literal block is indented in the text
// that it is in.
func (t *inlineText) indent() int {
	var line func(n int) string // the n-th of the block
	if t.outer != nil {
		lines := strings.Split(t.outer.text, "\n")
		line = func(n int) string { return lines[min(t.scalar.Line+n, len(lines)-1)] }
	} else {
		at := t.around(t.scalar)
		line = func(n int) string { return at.File.Line(at.Start.Line + 1 + n) }
	}
	for i, own := range strings.Split(t.scalar.Value, "\n") {
		if strings.TrimSpace(own) != "" {
			return max(0, len(line(i))-len(own))
		}
	}
	return 0
}
