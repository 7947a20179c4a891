package build

import (
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var missingHealthcheck = rule.Rule{
	ID:       "TW-D154",
	Name:     "missing-healthcheck",
	Title:    "Image has no HEALTHCHECK",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Docker and Swarm restart a container that hangs only where the image says how to ask it. Kubernetes has probes of its own and does not look at it.",
	Fix:      "Add `HEALTHCHECK CMD [\"/app\", \"-healthy\"]`, with a program that is in the image anyway, or `HEALTHCHECK NONE` where something else asks.",
	Refs:     refs(cis, "4.6", practice, "M4"),
	Aliases:  []string{"hadolint:DL3057", "trivy:DS-0026", "checkov:CKV_DOCKER_2", "dockle:CIS-DI-0006"},
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
FROM debian:12 AS debug
#    ^^^^^^^^^ stage debug has no HEALTHCHECK
FROM debian:12
#    ^^^^^^^^^ stage 2 has no HEALTHCHECK
COPY --from=build /app /app
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
FROM debian:12 AS base
HEALTHCHECK CMD /app
FROM base
COPY --from=build /app /app
`, `
-- Dockerfile --
FROM debian:12
HEALTHCHECK NONE
`},
	Check: rule.EachDockerfile(checkHealthcheck),
}

func checkHealthcheck(p *rule.Pass, f *dockerfile.File) {
	anywhere := false
	for _, s := range f.Stages {
		anywhere = anywhere || hasInstruction(s, "HEALTHCHECK")
	}
	used := usedStages(f)
	for _, s := range f.Stages {
		if s.Implicit || used[s] && !s.Last || inChain(s, "HEALTHCHECK") { // a stage for others is not run
			continue
		}
		finding := rule.Finding{
			Message: stageSubject(s) + " has no HEALTHCHECK",
			At:      s.Base.At,
			Subject: stageSubject(s),
			Key:     "HEALTHCHECK",
			Fix:     &rule.Fix{Title: "add HEALTHCHECK, or HEALTHCHECK NONE where something else asks"},
		}
		if anywhere { // the other tools ask for one in the file
			finding.Aliases = p.Rule.Aliases[:1]
		}
		p.Report(finding)
	}
}

// inChain reports whether a stage, or one it is built FROM, has an instruction.
func inChain(s *dockerfile.Stage, keyword string) bool {
	for ; s != nil; s = s.Parent {
		if hasInstruction(s, keyword) {
			return true
		}
	}
	return false
}

func hasInstruction(s *dockerfile.Stage, keyword string) bool {
	for _, in := range s.Instructions {
		if in.Keyword == keyword && !in.OnBuild {
			return true
		}
	}
	return false
}
