package build

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var refusedInstruction = rule.Rule{
	ID:       "TW-D203",
	Name:     "refused-instruction",
	Title:    "BuildKit refuses to build the Dockerfile",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "The build stops here: stages that need each other, a stage index that does not exist, a port, signal or platform that is none. " +
		"What stands in the registry under the file's name was then not built from it. Only what no build argument can change is reported, and only the first, at which BuildKit stops.",
	Fix:  "Correct the instruction as BuildKit's message says.",
	Refs: refs(practice, "M27"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12 AS one
COPY --from=two /a /a
^^^^ BuildKit refuses to build this: circular dependency detected on stage: one
FROM debian:12 AS two
COPY --from=one /b /b
`, `
-- Dockerfile --
FROM debian:12
COPY --from=7 /a /a
^^^^ BuildKit refuses to build this: invalid stage index 7
`, `
-- Dockerfile --
FROM debian:12
STOPSIGNAL SIGNOTHING
^^^^^^^^^^ BuildKit refuses to build this: invalid signal: SIGNOTHING
`},
	Good: []string{`
-- Dockerfile --
ARG BASE
FROM $BASE AS one
FROM debian:$TAG
EXPOSE $PORT
COPY --from=one /a /a
`},
	Check: rule.AfterRules(checkRefused),
}

// refusedElsewhere are the checks whose findings say the same with better words.
var refusedElsewhere = []string{"hadolint:DL3011", "hadolint:DL3023", "buildkit:InvalidDefaultArgInFrom"}

func checkRefused(p *rule.Pass) {
	for _, d := range p.Project.Dockerfiles {
		if d.Unchanged {
			continue
		}
		if d.Refused.Line == 0 {
			continue
		}
		at := warned(d, dockerfile.LintWarning{First: d.Refused.Line, Last: d.Refused.Line})
		said := slices.ContainsFunc(p.Findings, func(f rule.Finding) bool {
			return f.At.File == d.Source && f.At.Start.Line == d.Refused.Line && slices.ContainsFunc(f.SameAs(), func(a string) bool { return slices.Contains(refusedElsewhere, a) })
		})
		if !said {
			p.Report(rule.Finding{Message: "BuildKit refuses to build this: " + d.Refused.Reason, At: at, Key: d.Refused.Reason, Fix: &rule.Fix{Title: "correct it as the message says"}})
		}
	}
}
