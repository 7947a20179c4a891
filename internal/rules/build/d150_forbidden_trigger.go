package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var forbiddenTrigger = rule.Rule{
	ID:       "TW-D150",
	Name:     "forbidden-trigger",
	Title:    "ONBUILD of FROM, MAINTAINER or ONBUILD",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A trigger runs inside the stage that is built on this image, where there is no place for another base or another trigger. Builders refuse the file.",
	Fix:      "Take the trigger out. Instructions of other kinds may follow ONBUILD, each with an ONBUILD of its own.",
	Refs:     refs(nist, "4.1.2", practice, "M7"),
	Aliases:  []string{"hadolint:DL3043"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
ONBUILD FROM alpine:3
#       ^^^^ FROM is no trigger
ONBUILD maintainer me
#       ^^^^^^^^^^ MAINTAINER is no trigger
ONBUILD ONBUILD RUN true
#       ^^^^^^^ ONBUILD is no trigger
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ONBUILD RUN make
ONBUILD COPY --from=build /app /app
`},
	Check: rule.EachInstruction(checkTrigger, "FROM", "MAINTAINER", "ONBUILD"),
}

func checkTrigger(p *rule.Pass, in *dockerfile.Instruction) {
	if !in.OnBuild {
		return
	}
	p.Report(rule.Finding{
		Message: fmt.Sprintf("%s is no trigger", in.Keyword),
		At:      in.KeywordAt,
		Subject: stageSubject(in.Stage),
		Key:     in.Keyword,
		Fix:     &rule.Fix{Title: "take the trigger out"},
	})
}
