package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// writeMarkdown writes the job summary: the verdict, what to fix first, the
// findings with links, what is waived, the images with the command that checks
// their signature, what builds take from outside, and what was not analysed. Each part has its share of
// maxSummaryBytes, and says how much it leaves out.
func writeMarkdown(w io.Writer, r *gate.Result, o Options) error {
	m := newMarkdown(r, o)
	var b strings.Builder
	fmt.Fprintf(&b, "## tidewaiter: %s\n\n", markdown(verdict(r), maxLine))
	b.WriteString(m.change())
	b.WriteString(m.areas())
	b.WriteString(m.fixFirst())
	b.WriteString(m.findings())
	b.WriteString(m.waived())
	b.WriteString(m.images())
	b.WriteString(m.inputs())
	b.WriteString(m.notAnalysed())
	b.WriteString(m.footer())
	_, err := io.WriteString(w, withoutCommands(b.String()))
	return err
}

type markdownWriter struct {
	result *gate.Result
	Options
	help map[string]string // by rule ID
}

func newMarkdown(r *gate.Result, o Options) *markdownWriter {
	m := &markdownWriter{result: r, Options: o, help: map[string]string{}}
	for _, k := range r.Rules {
		m.help[k.ID] = k.HelpURI
	}
	return m
}

// rows writes a row for each item, as far as the share of bytes goes, and says
// how many it leaves out.
func rows[T any](items []T, share int, row func(T) string) string {
	var b strings.Builder
	for i, item := range items {
		text := row(item)
		if i == maxSummaryRows || b.Len()+len(text) > share {
			fmt.Fprintf(&b, "\n**Left out %d more:** see the report files.\n", len(items)-i)
			break
		}
		b.WriteString(text)
	}
	return b.String() + "\n"
}

// areas is a table of the open findings: world by severity.
func (m *markdownWriter) areas() string {
	counts, waived := map[string]map[string]int{}, map[string]int{}
	var names []string
	for _, f := range m.result.Findings {
		a := area(f.Rule)
		if counts[a] == nil {
			counts[a] = map[string]int{}
			names = append(names, a)
		}
		if f.Status == "open" {
			counts[a][f.Severity]++
		} else {
			waived[a]++
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	var b strings.Builder
	b.WriteString("| | critical | high | medium | low | info | waived |\n|---|--:|--:|--:|--:|--:|--:|\n")
	for _, a := range names {
		fmt.Fprintf(&b, "| %s |", a)
		for _, s := range severities() {
			fmt.Fprintf(&b, " %s |", number(counts[a][s]))
		}
		fmt.Fprintf(&b, " %s |\n", number(waived[a]))
	}
	return b.String() + "\n"
}

// number leaves a cell of a table empty for zero.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// findings are two tables: what blocks, in sight, and the rest, folded.
func (m *markdownWriter) findings() string {
	var blocking, rest, known []gate.Finding
	for _, f := range ranked(open(m.result)) {
		switch {
		case f.Blocking:
			blocking = append(blocking, f)
		case f.Change == "existing":
			known = append(known, f)
		default:
			rest = append(rest, f)
		}
	}
	out := ""
	if len(blocking) > 0 {
		out += "### What blocks\n\n" + m.table(blocking, maxSummaryBytes*4/10)
	}
	if m.result.Change != nil && len(rest) > 0 {
		out += "### New, and blocks nothing\n\n" + m.table(rest, maxSummaryBytes*2/10)
	} else if len(rest) > 0 {
		out += fold(count(len(rest), "finding")+" that block nothing", m.table(rest, maxSummaryBytes*2/10))
	}
	if len(known) > 0 {
		out += fold(count(len(known), "finding")+" that this change has not brought", m.table(known, maxSummaryBytes/10))
	}
	return out
}

func (m *markdownWriter) table(findings []gate.Finding, share int) string {
	return "| severity | where | rule | what | fix |\n|---|---|---|---|---|\n" + rows(findings, share, func(f gate.Finding) string {
		return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", markdown(f.Severity, maxCell), m.place(f.Path, f.Line, about(f)),
			m.rule(f), markdown(f.Message, maxCell), markdown(fixTitle(f), maxCell))
	})
}

// place is a path and line, linked where the code host is known.
func (m *markdownWriter) place(path string, lineNumber int, otherwise string) string {
	if path == "" {
		return code(otherwise, maxCell)
	}
	text := code(position(path, lineNumber, 0), maxCell)
	if m.BlobURL == "" {
		return text
	}
	url := m.BlobURL + "/" + uriPath(m.prefixed(path))
	if lineNumber > 0 {
		url += fmt.Sprintf("#L%d", lineNumber)
	}
	return "[" + text + "](" + url + ")"
}

func (m *markdownWriter) rule(f gate.Finding) string {
	name := markdown(ruleName(f), maxCell)
	if url := m.help[f.Rule]; strings.HasPrefix(url, "https://") {
		return "[" + name + "](" + url + ")"
	}
	return name
}

// fold hides body until it is asked for.
func fold(summary, body string) string {
	return "<details><summary>" + summary + "</summary>\n\n" + body + "</details>\n\n"
}
