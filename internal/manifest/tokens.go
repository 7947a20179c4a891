package manifest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// tokenSet replaces the scalars of a build's documents by words that occur
// nowhere else. Where a word comes out of the render, its scalar went in: this
// survives the JSON round trip of a JSON 6902 patch, which forgets all lines.
type tokenSet struct {
	places []source.Span
	known  map[source.Span]int
}

func newTokenSet() *tokenSet { return &tokenSet{known: map[source.Span]int{}} }

var tokenWord = lazyregexp.New(`zq(\d+)qz`)

// find returns the place of the token that a rendered value holds.
func (t *tokenSet) find(value string) (source.Span, bool) {
	m := tokenWord.FindStringSubmatch(value)
	if m == nil {
		return source.Span{}, false
	}
	var i int
	if _, err := fmt.Sscan(m[1], &i); err != nil || i >= len(t.places) {
		return source.Span{}, false
	}
	return t.places[i], true
}

func (t *tokenSet) word(at source.Span) string {
	i, ok := t.known[at]
	if !ok {
		i = len(t.places)
		t.known[at] = i
		t.places = append(t.places, at)
	}
	return fmt.Sprintf("zq%dqz", i)
}

// replace returns a text with the eligible scalars of its documents replaced.
func (t *tokenSet) replace(text string, docs []*yamldoc.Document, in *inlineText) string {
	var edits []source.Edit
	for _, d := range docs {
		for _, n := range eligible(d.Root) {
			span := d.Span(n)
			if span.Start.Offset == span.End.Offset || span.Start.Line != span.End.Line {
				continue
			}
			at := span
			if in != nil {
				at = in.span(n)
			}
			edits = append(edits, source.Edit{Span: span, New: `"` + t.word(at) + `"`})
		}
	}
	slices.SortFunc(edits, func(a, b source.Edit) int { return a.Span.Start.Offset - b.Span.Start.Offset })
	var b strings.Builder
	last := 0
	for _, e := range edits {
		if e.Span.Start.Offset < last || e.Span.End.Offset > len(text) {
			continue
		}
		b.WriteString(text[last:e.Span.Start.Offset] + e.New)
		last = e.Span.End.Offset
	}
	return b.String() + text[last:]
}

// eligible returns the scalars of a document that kustomize copies without
// looking at them.
func eligible(root *yaml.Node) []*yaml.Node {
	var out []*yaml.Node
	if root.Kind != yaml.SequenceNode {
		collectEligible(root, "", &out)
		return out
	}
	for _, op := range root.Content { // a JSON 6902 patch
		if op.Kind != yaml.MappingNode {
			continue
		}
		kind, value, path := lookup(op, "op"), lookup(op, "value"), lookup(op, "path")
		if kind == nil || value == nil || path == nil || kind.Value != "add" && kind.Value != "replace" {
			continue
		}
		if segments := strings.Split(path.Value, "/"); !slices.ContainsFunc(segments, matched) {
			collectEligible(value, segments[len(segments)-1], &out)
		}
	}
	return out
}

func collectEligible(n *yaml.Node, key string, out *[]*yaml.Node) {
	if matched(key) {
		return
	}
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag != yaml.NodeTagNull && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
			*out = append(*out, n)
		}
	case yaml.SequenceNode:
		for _, c := range n.Content {
			collectEligible(c, "", out)
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			collectEligible(n.Content[i+1], n.Content[i].Value, out)
		}
	}
}

// matched reports whether kustomize or a merge looks at the value of a key:
// identities, merge keys, selectors, what transformers rewrite.
func matched(key string) bool {
	if strings.HasPrefix(key, "$") {
		return true
	}
	switch key {
	case "apiVersion", "kind", "name", "namespace", "image", "replicas", "ports", "metadata",
		"labels", "annotations", "selector", "matchLabels", "matchExpressions", "labelSelector",
		"mountPath", "devicePath", "protocol", "containerPort", "port", "key", "type", "ip",
		"topologyKey", "subjects", "roleRef", "<<":
		return true
	}
	return false
}
