package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var copyFromLaterStage = rule.Rule{
	ID:       "TW-D146",
	Name:     "copy-from-later-stage",
	Title:    "Files are taken from a stage that stands further below",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "BuildKit finds a stage wherever it stands. The classic builder and other tools read from the top: they do not know the name yet and pull an image of that name instead.",
	Fix:      "Move the stage above the one that copies from it.",
	Refs:     refs(nist, "4.1.5", practice, "M7"),
	Aliases:  []string{"hadolint:DL3022"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
COPY --from=build /app /app
#           ^^^^^ stage build stands further below
FROM golang:1.26 AS build
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
FROM debian:12
COPY --from=build /app /app
`},
	Check: rule.EachInstruction(checkCopyFromLater, "COPY", "RUN"),
}

func checkCopyFromLater(p *rule.Pass, in *dockerfile.Instruction) {
	for _, i := range importsOf(in) {
		if i.ref.Stage == nil || i.ref.Stage.Index <= in.Stage.Index {
			continue
		}
		f := rule.Finding{
			Message: fmt.Sprintf("%s stands further below", stageSubject(i.ref.Stage)),
			At:      i.ref.At,
			Related: []source.Related{{At: i.ref.Stage.From.Span, Message: "the stage"}},
			Subject: stageSubject(in.Stage),
			Key:     i.ref.Text,
			Fix:     &rule.Fix{Title: "move that stage above this one"},
		}
		if in.Keyword != "COPY" || strings.Contains(i.ref.Text, ":") {
			f.Aliases = []string{}
		}
		p.Report(f)
	}
}
