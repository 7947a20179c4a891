package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var emptyContinuation = rule.Rule{
	ID:       "TW-D187",
	Name:     "empty-continuation",
	Title:    "Empty line inside of an instruction",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Fixable:  true,
	Why:      "An empty line looks like the end of an instruction and is none: a `\\` too many swallows the next instruction, and nobody sees it in review. Builders plan to refuse it.",
	Fix:      "Take the line out, or the `\\` before it where the instruction was meant to end there. A comment line may stand in its place.",
	Refs:     refs(practice, "M5"),
	Aliases:  []string{"buildkit:NoEmptyContinuation"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN make \

    # a comment is fine
    && make install \
  
    && make clean
#   ^^^^^^^^^^^^^ the instruction that ends here has an empty line inside
EXPOSE 80 \

USER 1
^^^^^^ the instruction that ends here has an empty line inside
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN make \
    # a comment is fine
    && make install

RUN <<EOF
make \

make install
EOF
`},
	Check: rule.EachDockerfile(checkEmptyContinuation),
}

func checkEmptyContinuation(p *rule.Pass, f *dockerfile.File) {
	for in := range f.Instructions() {
		start := startLine(f, in.Span.Start.Line)
		if !continued(f.Source.Line(start), f.Escape) {
			continue
		}
		if empty, last := emptyLines(f, start); len(empty) > 0 {
			reportEmpty(p, in, empty, last)
		}
	}
}

// startLine returns the line that an instruction begins on for BuildKit, which
// is above its first word where a line holds nothing but the escape character.
func startLine(f *dockerfile.File, line int) int {
	for above := line - 1; above >= 1; above-- {
		switch body := strings.TrimSpace(f.Source.Line(above)); {
		case body == string(f.Escape):
			line = above
		case body != "" && body[0] != '#':
			return line
		}
	}
	return line
}

// emptyLines walks the lines of a continued instruction as BuildKit does and
// returns the empty ones among them, and its last line.
func emptyLines(f *dockerfile.File, line int) (empty []int, last int) {
	for more := true; more && line < f.Source.LineCount(); {
		line++
		text := f.Source.Line(line)
		switch body := strings.TrimSpace(text); {
		case body == "":
			empty = append(empty, line)
		case body[0] != '#':
			more = continued(text, f.Escape)
		}
	}
	return empty, line
}

// continued reports whether a line ends in the escape character, a doubled one
// being none.
func continued(line string, escape rune) bool {
	line = strings.TrimRight(line, " \t\r")
	rest, ok := strings.CutSuffix(line, string(escape))
	return ok && !strings.HasSuffix(rest, string(escape))
}

func reportEmpty(p *rule.Pass, in *dockerfile.Instruction, empty []int, last int) {
	file := in.Span.File
	f := rule.Finding{
		Message: "the instruction that ends here has an empty line inside",
		At:      file.LineSpan(last), Subject: stageSubject(in.Stage), Key: in.Keyword,
		Fix: &rule.Fix{Title: "take the empty line out"},
	}
	for _, line := range empty {
		start := file.PosAt(line, 1).Offset
		next := len(file.Text)
		if i := strings.IndexByte(file.Text[start:], '\n'); i >= 0 {
			next = start + i + 1
		}
		f.Related = append(f.Related, source.Related{At: file.LineSpan(line), Message: "empty line"})
		f.Fix.Edits = append(f.Fix.Edits, source.Edit{Span: file.Span(start, next)})
	}
	p.Report(f)
}
