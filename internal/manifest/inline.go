package manifest

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// span returns the place in the kustomization file of a node of the text inside
// the scalar: the very token for a literal block, the scalar's first line for
// folded and quoted text, which has other lines than the file.
func (t *inlineText) span(n *yaml.Node) source.Span {
	if t.scalar == nil {
		return t.in.span(nil)
	}
	if t.scalar.Style&yaml.LiteralStyle == 0 {
		return t.in.doc.Span(t.scalar).FirstLine()
	}
	own := *n
	own.Content = nil
	own.Line += t.scalar.Line
	own.Column += t.indent()
	return t.in.doc.Span(&own)
}

// indent returns the columns by which a literal block is indented in its file.
func (t *inlineText) indent() int {
	header := t.in.doc.Span(t.scalar).Start.Line
	for i, line := range strings.Split(t.scalar.Value, "\n") {
		if strings.TrimSpace(line) != "" {
			return max(0, len(t.in.file.Line(header+1+i))-len(line))
		}
	}
	return 0
}
