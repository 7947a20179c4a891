package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var duplicateStageName = rule.Rule{
	ID:       "TW-D028",
	Name:     "duplicate-stage-name",
	Title:    "Two stages have the same name",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "FROM and COPY --from take the latest stage of a name. With two of them, files come from a stage other than the one the reader thinks of, and what was reviewed is not what is shipped.",
	Fix:      "Give each stage a name of its own.",
	Refs:     refs(nist, "4.1.2", practice, "M7"),
	Aliases:  []string{"hadolint:DL3024", "buildkit:DuplicateStageName", "trivy:DS-0012", "checkov:CKV_DOCKER_11"},
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
FROM node:24 AS Build
#               ^^^^^ stage name build is taken already
FROM debian:12
COPY --from=build /app /app
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
FROM node:24 AS web
FROM debian:12
`},
	Check: rule.EachDockerfile(checkDuplicateStage),
}

func checkDuplicateStage(p *rule.Pass, f *dockerfile.File) {
	first := map[string]*dockerfile.Stage{}
	for _, s := range f.Stages {
		if s.Name == "" || len(s.From.Args) < 3 {
			continue
		}
		before, ok := first[s.Name]
		if !ok {
			first[s.Name] = s
			continue
		}
		var same []string // all
		if before.From.Args[2].Text != s.From.Args[2].Text {
			same = p.Rule.Aliases[1:] // hadolint tells names apart by case
		}
		p.Report(rule.Finding{
			Aliases: same,
			Message: fmt.Sprintf("stage name %s is taken already", s.Name),
			At:      s.From.Args[2].At,
			Related: []source.Related{{At: before.From.Args[2].At, Message: "the first stage of that name"}},
			Subject: stageSubject(s),
			Key:     s.Name,
			Fix:     &rule.Fix{Title: "give the stage a name of its own"},
		})
	}
}
