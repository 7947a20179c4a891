package report

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// change is what a reviewer reads first: what the change silences, by whose policy
// it was judged where that is not plain, and what it would make of the policy.
func (m *markdownWriter) change() string {
	c := m.result.Change
	if c == nil {
		return ""
	}
	var b strings.Builder
	for i, note := range c.Notes {
		if i == maxNotes {
			fmt.Fprintf(&b, "> and %d more, see the report files\n", len(c.Notes)-i)
			break
		}
		fmt.Fprintf(&b, "> **%s**\n>\n", markdown(note, maxCell))
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	b.WriteString(m.silencedNow())
	if p := c.Policy; p != nil && len(p.Examples) > 0 {
		b.WriteString("With the policy of this change, these would no longer block:\n\n")
		for _, e := range p.Examples {
			b.WriteString("- " + markdown(e, maxCell) + "\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// silencedNow is a table of what the change silences, worst first.
func (m *markdownWriter) silencedNow() string {
	var all []gate.Finding
	for _, f := range m.result.Findings {
		if f.SilencedNow {
			all = append(all, f)
		}
	}
	if len(all) == 0 {
		return ""
	}
	return "| severity | where | rule | what | reason given |\n|---|---|---|---|---|\n" + rows(ranked(all), maxSummaryBytes/10, func(f gate.Finding) string {
		return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", markdown(f.Severity, maxCell), m.place(f.Path, f.Line, about(f)), m.rule(f), markdown(f.Message, maxCell), markdown(f.WaiverReason, maxCell))
	})
}
