package manifest

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// insert returns the edits that put nested keys with a value into the map found.
func (w *writtenNode) insert(keys []string, value string) []source.Edit {
	m := w.node()
	if m.Kind != yaml.MappingNode || len(keys) == 0 {
		return nil
	}
	for _, k := range keys {
		if _, isIndex := itemIndex(k); isIndex {
			return nil
		}
	}
	if m.Style&yaml.FlowStyle != 0 {
		return w.insertFlow(m, keys, value)
	}
	if len(m.Content) == 0 {
		return nil
	}
	first := w.span(m.Content[0])
	indent, step := first.Start.Column-1, 2
	if key := w.keyNode(); key != nil {
		if own := w.span(key).Start.Column - 1; indent > own {
			step = indent - own
		}
	}
	var b strings.Builder
	for i, k := range keys {
		b.WriteString("\n" + strings.Repeat(" ", indent+i*step) + k + ":")
	}
	b.WriteString(" " + value)
	at := w.lastLineEnd(w.before(m, keys[0]))
	return []source.Edit{{Span: first.File.Span(at, at), New: b.String()}}
}

// before returns the value that a new key is put behind: the last one, or where
// the keys are sorted and the first of them comes before the new one, that which
// keeps them so.
func (w *writtenNode) before(m *yaml.Node, key string) *yaml.Node {
	last := 0
	for i := 0; i+1 < len(m.Content); i += 2 {
		if i > 0 && m.Content[i].Value < m.Content[i-2].Value {
			return m // in no order
		}
		if m.Content[i].Value < key {
			last = i + 1
		}
	}
	if last == 0 || m.Content[last].Tag == yaml.NodeTagNull {
		return m
	}
	return m.Content[last]
}

// insertFlow puts the keys before the first one of a map in braces.
func (w *writtenNode) insertFlow(m *yaml.Node, keys []string, value string) []source.Edit {
	at := w.span(m)
	if !strings.HasPrefix(at.File.Text[at.Start.Offset:], "{") {
		return nil
	}
	var b strings.Builder
	for i, k := range keys {
		if w.inJSON() {
			k = `"` + k + `"`
		}
		if i > 0 {
			b.WriteString("{")
		}
		b.WriteString(k + ": ")
	}
	text := w.quoted(value)
	if w.inJSON() && strings.HasPrefix(value, "[") {
		text = `["` + strings.Trim(value, "[]") + `"]`
	}
	b.WriteString(text + strings.Repeat("}", len(keys)-1))
	offset := at.Start.Offset + 1
	if len(m.Content) > 0 {
		offset = w.span(m.Content[0]).Start.Offset
		b.WriteString(", ")
	}
	return []source.Edit{{Span: at.File.Span(offset, offset), New: b.String()}}
}

// end returns the offset behind the last scalar of a node.
func (w *writtenNode) end(n *yaml.Node) int {
	for len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	return w.span(n).End.Offset
}

// lastLineEnd returns the offset of the line feed behind a block node: behind
// its last scalar, what closes it, and a comment on that line.
func (w *writtenNode) lastLineEnd(n *yaml.Node) int {
	file := w.span(n).File
	line := file.Pos(w.end(n)).Line
	for line < file.LineCount() {
		if next := strings.TrimSpace(file.Line(line + 1)); next == "" || next[0] != '}' && next[0] != ']' {
			break
		}
		line++
	}
	start := file.PosAt(line, 1).Offset
	return start + len(strings.TrimRight(file.Line(line), "\r\n"))
}

// remove takes the node away, and the parents that hold nothing else.
func (w *writtenNode) remove() []source.Edit {
	for len(w.way) > 1 && !w.isOperation() && len(w.way[len(w.way)-1].Content) == w.width() {
		w.up()
	}
	if w.isOperation() || len(w.way) == 0 {
		return nil
	}
	parent := w.way[len(w.way)-1]
	from := w.at[len(w.at)-1]
	if w.width() == 2 {
		from = from / 2 * 2
	}
	next := from + w.width()
	start := w.span(parent.Content[from]).Start
	file := w.span(parent.Content[from]).File
	if parent.Style&yaml.FlowStyle != 0 {
		return w.removeFlow(parent, from, next)
	}
	if from == 0 && w.width() == 2 && strings.TrimLeft(file.Line(start.Line)[:start.Offset-file.PosAt(start.Line, 1).Offset], " ") != "" {
		// The first key of a list item, behind the dash: the next one takes its place.
		if next >= len(parent.Content) {
			return nil
		}
		span := file.Span(start.Offset, w.span(parent.Content[next]).Start.Offset)
		if strings.Contains(span.Text(), "#") {
			return nil
		}
		return []source.Edit{{Span: span}}
	}
	first := file.PosAt(start.Line, 1).Offset
	last := w.lastLineEnd(parent.Content[next-1])
	if last < len(file.Text) && file.Text[last] == '\r' {
		last++
	}
	if last < len(file.Text) {
		last++
	}
	return []source.Edit{{Span: file.Span(first, last)}}
}

// width is how many nodes the parent holds for the node: two in a map.
func (w *writtenNode) width() int {
	if w.way[len(w.way)-1].Kind == yaml.MappingNode {
		return 2
	}
	return 1
}

// removeFlow takes an entry out of a map in braces or a list in brackets.
func (w *writtenNode) removeFlow(parent *yaml.Node, from, next int) []source.Edit {
	start := w.span(parent.Content[from]).Start.Offset
	file := w.span(parent.Content[from]).File
	if next < len(parent.Content) {
		return []source.Edit{{Span: file.Span(start, w.span(parent.Content[next]).Start.Offset)}}
	}
	if from == 0 || parent.Content[from-1].Kind != yaml.ScalarNode || parent.Content[next-1].Kind != yaml.ScalarNode {
		return nil
	}
	return []source.Edit{{Span: file.Span(w.span(parent.Content[from-1]).End.Offset, w.span(parent.Content[next-1]).End.Offset)}}
}

// writtenAt finds the scalar at a place of a plain manifest.
func (p plainLocator) writtenAt(at source.Span) *writtenNode {
	if at.File != p.doc.File {
		return nil
	}
	return findWritten(p.doc.Root, p.doc.Span, at.Start.Offset)
}

// writtenAt finds nothing: a template is no YAML.
func (l *renderedLocator) writtenAt(source.Span) *writtenNode { return nil }

// writtenAt finds the scalar at a place of one of the files of a build: in a
// resource, a patch, or a patch that is written out in a kustomization.
func (l *kustLocator) writtenAt(at source.Span) *writtenNode {
	if !at.Valid() {
		return nil
	}
	for _, m := range l.closure.members {
		if m.Path != at.Path() {
			continue
		}
		for _, in := range m.inline {
			if in.scalar == nil || in.scalar.Style&yaml.LiteralStyle == 0 {
				continue
			}
			for _, d := range in.docs {
				if w := findWritten(d.Root, in.span, at.Start.Offset); w != nil {
					return w
				}
			}
		}
		return nil // a setting of a transformer is more than one field
	}
	for _, r := range l.closure.roles[at.Path()] {
		if r > rolePatch {
			return nil
		}
	}
	for _, d := range l.lib.parse(at.Path()).Docs {
		if d.First <= at.Start.Line && at.Start.Line <= d.Last {
			return findWritten(d.Root, d.Span, at.Start.Offset)
		}
	}
	return nil
}
