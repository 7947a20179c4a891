package manifest

import (
	"maps"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

const (
	// IgnoreAnnotation is the annotation by which an object waives rules for
	// itself, in the words of the comment: `run-as-non-root until=2027-01-31
	// reason="…"`, several separated by line feeds or semicolons.
	IgnoreAnnotation = "tidewaiter.dev/ignore"
	ignoreWord       = "tidewaiter:ignore"
)

// ignores returns the waivers written in the given files.
func (l *library) ignores(files []string) []source.Ignore {
	var out []source.Ignore
	for _, file := range files {
		p := l.parse(file)
		if p.File == nil {
			continue
		}
		c := commentScan{file: p.File, docs: p.Docs, span: p.File.Span}
		out = append(out, c.comments()...)
		if strings.Contains(p.File.Text, ignoreWord) && !isKustomizationFile(file) {
			for _, d := range p.Docs {
				out = append(out, blockIgnores(d, d.Root)...)
			}
		}
		if strings.Contains(p.File.Text, IgnoreAnnotation) {
			for _, d := range p.Docs {
				out = append(out, annotated(d)...)
			}
		}
		if isKustomizationFile(file) {
			out = append(out, l.inlineIgnores(file)...)
		}
		if len(out) > source.MaxIgnores {
			return out[:source.MaxIgnores]
		}
	}
	return out
}

// inlineIgnores returns the comments inside the literal patches of a
// kustomization file.
func (l *library) inlineIgnores(file string) []source.Ignore {
	k, _ := l.kustomization(path.Dir(file))
	if k == nil || k.Path != file {
		return nil
	}
	var out []source.Ignore
	for _, name := range slices.Sorted(maps.Keys(k.inline)) {
		in := k.inline[name]
		if in.scalar == nil || in.scalar.Style&yaml.LiteralStyle == 0 || len(in.docs) == 0 {
			continue
		}
		text := in.docs[0].File
		header := k.doc.Span(in.scalar).Start.Line
		c := commentScan{file: text, docs: in.docs, shift: header, span: func(start, end int) source.Span {
			a := text.Pos(start)
			from := k.file.PosAt(a.Line+header, a.Column+in.indent()).Offset
			return k.file.Span(from, from+end-start)
		}}
		out = append(out, c.comments()...)
	}
	return out
}

// commentScan reads the comments of one YAML text.
type commentScan struct {
	file  *source.File
	docs  []*yamldoc.Document
	shift int                              // added to lines
	span  func(start, end int) source.Span // the place in the repository of offsets of the text

	scalars []offsets // of docs, sorted; nil before the first is asked for
	// above is where the comments of the last block begin, which has the lines
	// first to last.
	above, first, last int
}

// offsets are those of one node, the end exclusive.
type offsets struct{ start, end int }

func (c *commentScan) comments() []source.Ignore {
	var out []source.Ignore
	text := c.file.Text
	for at := 0; ; {
		i := strings.Index(text[at:], ignoreWord)
		if i < 0 || len(out) > source.MaxIgnores {
			return out
		}
		word := at + i
		at = word + len(ignoreWord)
		line := c.file.Pos(word).Line
		lineStart := c.file.PosAt(line, 1).Offset
		hash := strings.LastIndexByte(text[lineStart:word], '#') + lineStart
		if hash < lineStart || strings.Trim(text[hash:word], "# \t") != "" || c.inScalar(hash) {
			continue
		}
		before := strings.TrimSpace(text[lineStart:hash])
		if before != "" && !strings.ContainsAny(text[hash-1:hash], " \t") {
			continue
		}
		end := lineStart + len(c.file.Line(line))
		ig, ok := source.ParseIgnore(c.span(hash, end), text[word:end])
		if !ok {
			continue
		}
		ig.First, ig.Last = line, line
		if before == "" {
			ig.First, ig.Last = c.block(line + 1)
		}
		ig.First, ig.Last = ig.First+c.shift, ig.Last+c.shift
		out = append(out, ig)
	}
}

// inScalar reports whether an offset lies inside a scalar, where a number sign
// is text.
func (c *commentScan) inScalar(offset int) bool {
	if c.scalars == nil {
		for _, d := range c.docs {
			c.scalars = scalarsOf(d, d.Root, c.scalars)
		}
		slices.SortFunc(c.scalars, func(a, b offsets) int { return a.start - b.start })
	}
	i, found := slices.BinarySearchFunc(c.scalars, offset, func(s offsets, offset int) int { return s.start - offset })
	return found || i > 0 && offset < c.scalars[i-1].end
}

func scalarsOf(d *yamldoc.Document, n *yaml.Node, into []offsets) []offsets {
	if n.Kind == yaml.ScalarNode {
		if s := d.Span(n); s.End.Offset > s.Start.Offset {
			into = append(into, offsets{s.Start.Offset, s.End.Offset})
		}
	}
	for _, child := range n.Content {
		into = scalarsOf(d, child, into)
	}
	return into
}

// block returns the lines that a comment above a line speaks of: the next line
// that is no comment, with the nested block that it opens.
func (c *commentScan) block(line int) (first, last int) {
	if c.above > 0 && line >= c.above && line <= c.first {
		return c.first, c.last // comments above the same block
	}
	c.above = line
	c.first, c.last = c.find(line)
	return c.first, c.last
}

func (c *commentScan) find(line int) (first, last int) {
	for line < c.file.LineCount() {
		text := strings.TrimSpace(c.file.Line(line))
		if text != "" && text[0] != '#' && !strings.HasPrefix(text, "---") {
			break
		}
		line++
	}
	for _, d := range c.docs {
		if n := opened(d, d.Root, line); n != nil {
			return line, max(line, d.LastLine(n))
		}
	}
	return line, line
}

// opened returns the outermost value that the first token of a line opens: the
// list item, or the value of the key.
func opened(d *yamldoc.Document, n *yaml.Node, line int) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode && n.Kind != yaml.SequenceNode {
		return nil
	}
	step := 1 // from one key to the next
	if n.Kind == yaml.MappingNode {
		step = 2
	}
	entries := len(n.Content) / step
	// The nodes stand in order: those before the last one above the line end there.
	from := max(sort.Search(entries, func(i int) bool { return n.Content[i*step].Line >= line })-1, 0)
	for i := from; i < entries && n.Content[i*step].Line <= line; i++ {
		value := n.Content[i*step+step-1]
		if d.Span(n.Content[i*step]).Start.Line == line {
			return value
		}
		if got := opened(d, value, line); got != nil {
			return got
		}
	}
	return nil
}

// annotated returns the waivers in the annotations of a document's objects; each
// covers the lines of its object.
func annotated(d *yamldoc.Document) []source.Ignore {
	var out []source.Ignore
	items := unwrapList(d.Root)
	for _, n := range items {
		value := lookupMap(lookupMap(lookupMap(n, "metadata"), "annotations"), IgnoreAnnotation)
		if value == nil || value.Kind != yaml.ScalarNode {
			continue
		}
		first, last := d.First, d.Last
		if len(items) > 1 || n != d.Root {
			first, last = d.Span(n).Start.Line, d.LastLine(n)
		}
		for _, entry := range entries(value.Value) {
			if ig, ok := source.ParseIgnore(d.Span(value).FirstLine(), ignoreWord+" "+entry); ok {
				ig.First, ig.Last = first, last
				out = append(out, ig)
			}
		}
	}
	return out
}

// entries splits an annotation at line feeds and semicolons outside of quotes.
func entries(text string) []string {
	quoted := false
	parts := strings.FieldsFunc(text, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == '\n' || r == ';' && !quoted
	})
	return slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
}
