package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var instructionCase = rule.Rule{
	ID:       "TW-D188",
	Name:     "instruction-case",
	Title:    "Instruction in another case than the others",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Reviewers and simple tools look for `USER` and `RUN` as most of the file writes them. One in another case is read over.",
	Fix:      "Write all instructions in the same case, upper case by custom.",
	Refs:     refs(practice, "M5"),
	Aliases:  []string{"buildkit:ConsistentInstructionCasing"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
run make
^^^ most instructions are written in upper case: RUN
Onbuild run make
^^^^^^^ most instructions are written in upper case: ONBUILD
USER 1
`, `
-- Dockerfile --
from debian:12 as x
run make
FROM x as y
^^^^ most instructions are written in lower case: from
`},
	Good: []string{`
-- Dockerfile --
arg V=12
FROM debian:$V
ONBUILD run x
USER 1
`},
	Check: rule.EachDockerfile(checkInstructionCase),
}

func checkInstructionCase(p *rule.Pass, f *dockerfile.File) {
	lower, upper := 0, 0
	eachKeyword(f, func(_ *dockerfile.Instruction, at source.Span) {
		word := at.Text()
		switch {
		case word == strings.ToLower(word):
			lower++
		case word == strings.ToUpper(word):
			upper++
		}
	})
	name, want := "upper", strings.ToUpper
	if lower > upper {
		name, want = "lower", strings.ToLower
	}
	eachKeyword(f, func(in *dockerfile.Instruction, at source.Span) {
		word := at.Text()
		if word == want(word) {
			return
		}
		edits := []source.Edit{{Span: at, New: want(word)}}
		if in.Keyword == "FROM" && len(in.Args) == 3 && strings.EqualFold(in.Args[1].Text, "AS") && in.Args[1].Text != want("as") { // whose case is compared with it
			edits = append(edits, source.Edit{Span: in.Args[1].At, New: want("as")})
		}
		p.Report(rule.Finding{
			Message: fmt.Sprintf("most instructions are written in %s case: %s", name, want(word)),
			At:      at, Subject: stageSubject(in.Stage), Key: name,
			Fix: &rule.Fix{Title: "write " + want(word), Edits: edits},
		})
	})
}

// eachKeyword calls f with the first word of every instruction from the first
// FROM on, ONBUILD where that is what stands there. BuildKit leaves the ARGs
// above out.
func eachKeyword(f *dockerfile.File, do func(*dockerfile.Instruction, source.Span)) {
	for in := range f.Instructions() {
		if in.Stage == nil {
			continue
		}
		at := in.KeywordAt
		if in.OnBuild {
			at = f.Source.Span(in.Span.Start.Offset, in.Span.Start.Offset+len("ONBUILD"))
		}
		do(in, at)
	}
}
