package manifest

import (
	"path"
	"strings"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// renderedLocator locates the fields of a document that was rendered from a
// template: by the literal text that both have.
type renderedLocator struct {
	lib *library
	doc *yamldoc.Document
	// template is nil where it is not known; chart is its folder.
	template *source.File
	chart    string

	once  sync.Once
	lines map[int]int // of the template, by those of the document
}

func (l *renderedLocator) locate(o *Object, path []string, _ *yaml.Node) (source.Span, []source.Related) {
	plain := plainLocator{l.doc}
	steps, whole := walk(o.root, path)
	if l.template == nil {
		if l.doc.File.Path == "" {
			return source.Span{}, nil
		}
		s, _ := placeOf(plain, steps, whole)
		return s, nil
	}
	l.once.Do(func() { l.lines = alignLines(l.doc, l.template) })
	for i := len(steps); i > 0; i-- {
		s, ok := placeOf(plain, steps[:i], whole && i == len(steps))
		if !ok {
			continue
		}
		if at, ok := l.inTemplate(s); ok {
			return at, l.values(at)
		}
	}
	return l.start(o), nil
}

// inTemplate returns the place in the template of a place in the document: the
// very text where the template has it at the same column, else the line.
func (l *renderedLocator) inTemplate(s source.Span) (source.Span, bool) {
	line, ok := l.lines[s.Start.Line]
	if !ok {
		return source.Span{}, false
	}
	s = s.FirstLine()
	at := l.template.PosAt(line, s.Start.Column)
	if at.Line == line && s.Text() != "" && strings.HasPrefix(l.template.Text[at.Offset:], s.Text()) {
		return l.template.Span(at.Offset, at.Offset+len(s.Text())), true
	}
	return l.template.LineSpan(line), true
}

// start is the line of the object's kind, else the first of the template.
func (l *renderedLocator) start(o *Object) source.Span {
	for line := range l.template.LineCount() {
		text := l.template.Line(line + 1)
		if kind, ok := strings.CutPrefix(text, "kind:"); ok && strings.TrimSpace(kind) == o.Kind {
			return l.template.LineSpan(line + 1)
		}
	}
	return l.template.LineSpan(1)
}

// valueOf matches a value that a template uses.
var valueOf = lazyregexp.New(`\.Values((?:\.[A-Za-z_][A-Za-z0-9_]*)+)`)

// values returns where the chart's own values set what a line of a template uses.
func (l *renderedLocator) values(at source.Span) []source.Related {
	m := valueOf.FindStringSubmatch(at.File.Line(at.Start.Line))
	if m == nil {
		return nil
	}
	name := path.Join(l.chart, "values.yaml")
	if _, _, err := l.lib.resolve(name); err != nil {
		return nil
	}
	p := l.lib.parse(name)
	if len(p.Docs) == 0 {
		return nil
	}
	steps, whole := walk(p.Docs[0].Root, strings.Split(m[1][1:], "."))
	if !whole {
		return nil
	}
	s, ok := placeOf(plainLocator{p.Docs[0]}, steps, true)
	if !ok {
		return nil
	}
	return []source.Related{{At: s.FirstLine(), Message: "the chart's default for " + m[0][1:] + " is set here"}}
}

// action matches what a template language replaces.
var action = lazyregexp.New(`\{\{.*?\}\}`)

// pattern is a line of a template: the literal texts between its actions.
type pattern struct {
	line   int
	parts  []string
	weight int
}

// patterns returns the lines of a template that have literal text.
func patterns(f *source.File) []pattern {
	var out []pattern
	for line := 1; line <= f.LineCount(); line++ {
		text := strings.TrimRight(f.Line(line), " \t")
		p := pattern{line: line, parts: action.Split(text, -1)}
		for _, part := range p.parts {
			p.weight += len(strings.Trim(part, " \t-"))
		}
		if p.weight > 0 && !strings.HasPrefix(strings.TrimSpace(text), "#") {
			out = append(out, p)
		}
	}
	return out
}

// matches reports whether the template line can have become a line of output.
func (p pattern) matches(text string) bool {
	rest, ok := strings.CutPrefix(text, p.parts[0])
	if !ok || len(p.parts) == 1 {
		return ok && rest == ""
	}
	for _, part := range p.parts[1 : len(p.parts)-1] {
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(rest, p.parts[len(p.parts)-1])
}

// alignLines finds for the lines of a document those of the template that they
// came from: the longest series in which both go forward, weighed by the literal
// text, and beyond it, for what a loop has written again, the only line that fits.
func alignLines(d *yamldoc.Document, template *source.File) map[int]int {
	rows, out := patterns(template), map[int]int{}
	m, n := d.Last-d.First+1, len(rows)
	if n == 0 || m*n > maxAlignment {
		return out
	}
	texts := make([]string, m)
	fits := make([][]bool, m)
	for i := range texts {
		texts[i] = strings.TrimRight(d.File.Line(d.First+i), " \t")
		fits[i] = make([]bool, n)
		for j, p := range rows {
			fits[i][j] = texts[i] != "" && p.matches(texts[i])
		}
	}
	best := make([]int32, (m+1)*(n+1))
	at := func(i, j int) *int32 { return &best[i*(n+1)+j] }
	for i := m - 1; i >= 0; i-- {
		for j := n - 1; j >= 0; j-- {
			*at(i, j) = max(*at(i+1, j), *at(i, j+1))
			if fits[i][j] {
				*at(i, j) = max(*at(i, j), *at(i+1, j+1)+int32(rows[j].weight))
			}
		}
	}
	for i, j := 0, 0; i < m && j < n; {
		switch {
		case fits[i][j] && *at(i, j) == *at(i+1, j+1)+int32(rows[j].weight):
			out[d.First+i] = rows[j].line
			i, j = i+1, j+1
		case *at(i, j) == *at(i+1, j):
			i++
		default:
			j++
		}
	}
	for i := range fits {
		if _, known := out[d.First+i]; !known {
			if line := onlyFit(rows, fits[i]); line > 0 {
				out[d.First+i] = line
			}
		}
	}
	return out
}

// onlyFit returns the one line that fits, 0 where none or several do.
func onlyFit(rows []pattern, fits []bool) int {
	line := 0
	for j, ok := range fits {
		if ok && line > 0 {
			return 0
		}
		if ok {
			line = rows[j].line
		}
	}
	return line
}
