package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// eachWarning looks at every warning of one of BuildKit's checks.
func eachWarning(check string, f func(*rule.Pass, *dockerfile.File, dockerfile.LintWarning)) rule.Check {
	return rule.EachDockerfile(func(p *rule.Pass, d *dockerfile.File) {
		for _, w := range d.Lint {
			if w.Check == check {
				f(p, d, w)
			}
		}
	})
}

// instructionOf returns the instruction whose first line a warning names, nil
// where none begins there.
func instructionOf(d *dockerfile.File, w dockerfile.LintWarning) *dockerfile.Instruction {
	for in := range d.Instructions() {
		if in.Span.Start.Line == w.First {
			return in
		}
	}
	return nil
}

// warned returns the place of a warning that has no better one: the keyword of
// the instruction, else the text of the last line, at which BuildKit points for
// what it sees only at the end of an instruction.
func warned(d *dockerfile.File, w dockerfile.LintWarning) source.Span {
	if in := instructionOf(d, w); in != nil {
		return in.KeywordAt
	}
	at := d.Source.LineSpan(w.Last)
	if text := at.Text(); strings.TrimSpace(text) != "" {
		left := len(text) - len(strings.TrimLeft(text, " \t"))
		return d.Source.Span(at.Start.Offset+left, at.End.Offset)
	}
	return at
}
