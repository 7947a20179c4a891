package manifest

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// atFault returns the place that an error of kustomize is about, by the words in
// it: the patch that fits no object, a mention of a file, and else the longest
// word of a kustomization that the error repeats.
func (l *library) atFault(c *closure, text string) source.Span {
	for _, m := range slices.Backward(c.members) {
		for _, p := range l.mergePatches(m.kustomization) {
			name := lookupMap(lookupMap(p.doc.Root, "metadata"), "name")
			kind := textAt(p.doc.Root, "kind")
			if name != nil && kind != "" && strings.Contains(text, "strategic merge patch") && strings.Contains(text, kind+".") && strings.Contains(text, "/"+name.Value+".") {
				return p.spanOf(name).FirstLine()
			}
		}
	}
	twice := strings.Contains(text, "already registered")
	for _, m := range slices.Backward(c.members) {
		var best *yaml.Node
		for _, r := range m.refs {
			if r.node != nil && strings.Contains(text, r.text) && (best == nil || twice) {
				best = r.node
			}
		}
		if best != nil {
			return m.span(best).FirstLine()
		}
	}
	for _, m := range slices.Backward(c.members) {
		if best := longestNamed(m.root, text); best != nil {
			return m.span(best).FirstLine()
		}
	}
	return source.Span{}
}

// longestNamed returns the longest scalar of at least three bytes that a text
// holds between other characters than letters and digits.
func longestNamed(n *yaml.Node, text string) *yaml.Node {
	var best *yaml.Node
	if n.Kind == yaml.ScalarNode && len(n.Value) > 2 && holdsWord(text, n.Value) {
		best = n
	}
	for i, c := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			continue // a key
		}
		if got := longestNamed(c, text); got != nil && (best == nil || len(got.Value) > len(best.Value)) {
			best = got
		}
	}
	return best
}

func holdsWord(text, word string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		i += at
		if !wordByte(text, i-1) && !wordByte(text, i+len(word)) {
			return true
		}
		at = i + 1
	}
}

func wordByte(text string, i int) bool {
	return i >= 0 && i < len(text) && (text[i] >= '0' && text[i] <= '9' || text[i]|32 >= 'a' && text[i]|32 <= 'z')
}
