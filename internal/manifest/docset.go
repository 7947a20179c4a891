package manifest

import (
	"sort"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// docSet gives every YAML document that one build reads its own range of line
// numbers, as go/token.FileSet does with files: a document is handed to
// kustomize below as many empty lines as its range starts at. The nodes of the
// rendered objects then tell by their line alone which file wrote them, through
// merges, transformers and copies.
//
// The first range starts above base: a lower line is one of a text that
// kustomize wrote itself, and names no place.
type docSet struct {
	base    int
	next    int
	padding int
	entries []docEntry
}

// docEntry is one document and its range (base, base+lines].
type docEntry struct {
	base, lines int
	doc         *yamldoc.Document
	inline      *inlineText // set for a document inside a kustomization file
}

const (
	// firstBase is above any line of the short texts that kustomize makes up.
	firstBase = 256
	// firstBaseJSON is used where JSON patches make kustomize write out whole
	// objects and read them again.
	firstBaseJSON = 4096
)

func newDocSet(jsonPatches bool) *docSet {
	s := &docSet{base: firstBase}
	if jsonPatches {
		s.base = firstBaseJSON
	}
	s.next = s.base
	return s
}

// pad returns the text of a file's documents with positions. False means that
// the file must be served as it is: it holds something that the padding could
// change, or the build has used up its padding.
func (s *docSet) pad(text string, m masks, docs []*yamldoc.Document, inline *inlineText) ([]byte, bool) {
	if len(docs) == 0 || s.padding > maxPadding || strings.HasPrefix(text, "%") || strings.Contains(text, "\n%") {
		return nil, false
	}
	added := make([]docEntry, len(docs))
	starts := make([]int, len(docs)) // of the bodies, in text
	size, next := len(text), s.next
	for i, d := range docs {
		if i > 0 && d.Start == docs[i-1].Start {
			return nil, false // documents ended by "...": kustomize reads the first one only
		}
		body, ok := withoutSeparator(strings.TrimPrefix(text[d.Start:d.End], "\uFEFF"))
		if !ok {
			return nil, false
		}
		starts[i] = d.End - len(body)
		added[i] = docEntry{base: next, doc: d, inline: inline, lines: strings.Count(body, "\n") + 2}
		size += next + len("\n---\n")
		next += added[i].lines
	}
	out := make([]byte, 0, size)
	for i, e := range added {
		if i > 0 {
			if out[len(out)-1] != '\n' {
				out = append(out, '\n')
			}
			out = append(out, "---\n"...)
		}
		for range e.base {
			out = append(out, '\n')
		}
		out = m.appendTo(out, text, starts[i], e.doc.End)
		s.padding += e.base
	}
	s.next, s.entries = next, append(s.entries, added...)
	return out, true
}

// withoutSeparator empties the first line where it is a document separator, and
// refuses one that carries content.
func withoutSeparator(body string) (string, bool) {
	rest, ok := strings.CutPrefix(body, "---")
	if !ok {
		return body, true
	}
	end := strings.IndexByte(rest, '\n')
	if end < 0 {
		end = len(rest)
	}
	tail := strings.TrimSpace(rest[:end])
	return rest[end:], tail == "" || tail[0] == '#'
}

// entry returns the document that a node was written in, nil for a node that
// kustomize made.
func (s *docSet) entry(n *yaml.Node) *docEntry {
	i := sort.Search(len(s.entries), func(i int) bool { return s.entries[i].base+s.entries[i].lines > n.Line })
	if n.Line <= s.base || i == len(s.entries) || n.Line <= s.entries[i].base {
		return nil
	}
	return &s.entries[i]
}

// place returns the span of a rendered node.
func (s *docSet) place(n *yaml.Node) (source.Span, bool) {
	e := s.entry(n)
	if e == nil {
		return source.Span{}, false
	}
	own := *n
	own.Content = nil
	own.Line += e.doc.Before - e.base
	span := e.spanOf(&own)
	return span, span.Valid()
}

// spanOf returns the span of a node with the document's own lines.
func (e *docEntry) spanOf(n *yaml.Node) source.Span {
	if e.inline != nil {
		return e.inline.span(n)
	}
	return e.doc.Span(n)
}

// placeKey returns the span of the key that holds a rendered map or list: the
// rendered key, or where a merge has made a new one the key in the document.
func (s *docSet) placeKey(st step) (source.Span, bool) {
	if st.key == nil {
		return source.Span{}, false
	}
	if span, ok := s.place(st.key); ok {
		return span, true
	}
	e := s.entry(st.node)
	if e == nil {
		return source.Span{}, false
	}
	if key := keyOf(e.doc.Root, st.node.Line+e.doc.Before-e.base, st.node); key != nil {
		return e.place(key)
	}
	return source.Span{}, false
}

// place makes a document a placer of its own nodes.
func (e *docEntry) place(n *yaml.Node) (source.Span, bool) {
	s := e.spanOf(n)
	return s, s.Valid()
}

func (e *docEntry) placeKey(s step) (source.Span, bool) {
	if s.key == nil {
		return source.Span{}, false
	}
	return e.place(s.key)
}

// keyOf returns the key below root whose value stands at the place of a node.
func keyOf(root *yaml.Node, line int, n *yaml.Node) *yaml.Node {
	if root.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(root.Content); i += 2 {
			v := root.Content[i+1]
			if v.Line == line && v.Column == n.Column && v.Kind == n.Kind {
				return root.Content[i]
			}
		}
	}
	for _, c := range root.Content {
		if got := keyOf(c, line, n); got != nil {
			return got
		}
	}
	return nil
}
