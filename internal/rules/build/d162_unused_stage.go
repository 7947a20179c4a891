package build

import (
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unusedStage = rule.Rule{
	ID:       "TW-D162",
	Name:     "unused-stage",
	Title:    "Stage that nothing is built from",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "A stage that no other names is built only where the command line asks for it by `--target`, or by number. What is tested or scanned in it does not hold up the image that is shipped; builders skip it without a word.",
	Fix:      "Take the stage out, or copy from it what the image needs. Where it is a target of its own, the name says so to the reader.",
	Refs:     refs(nist, "4.1.2", practice, "M7"),
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
FROM build AS test
#    ^^^^^ stage test is used by no other and is not the last
RUN go test ./...
FROM debian:12
COPY --from=build /app /app
`, `
-- Dockerfile --
FROM golang:1.26
#    ^^^^^^^^^^^ stage 0 is used by no other and is not the last
RUN go vet ./...
FROM debian:12
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
FROM scratch AS assets
FROM golang:1.26
FROM build
COPY --from=asset /x /x
RUN --mount=from=2,target=/y true
`},
	Check: rule.EachDockerfile(checkUnusedStage),
}

func checkUnusedStage(p *rule.Pass, f *dockerfile.File) {
	if len(f.Stages) < 2 {
		return
	}
	used := usedStages(f)
	for _, s := range f.Stages {
		if s.Last || s.Implicit || used[s] {
			continue
		}
		severity := p.Rule.Severity
		if s.Name == "" { // a target needs a name, or somebody who counts
			severity = rule.Low
		}
		p.Report(rule.Finding{
			Severity: severity,
			Message:  stageSubject(s) + " is used by no other and is not the last",
			At:       s.Base.At,
			Subject:  stageSubject(s),
			Key:      stageSubject(s),
			Fix:      &rule.Fix{Title: "take the stage out, or copy from it what the image needs"},
		})
	}
}
