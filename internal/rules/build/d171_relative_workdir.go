package build

import (
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var relativeWorkdir = rule.Rule{
	ID:       "TW-D171",
	Name:     "relative-workdir",
	Title:    "WORKDIR is relative to an earlier one",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "A relative WORKDIR is added to the one before, which may stand far above or in another stage: who moves or removes that one moves all that follow.",
	Fix:      "Write the path in full: `WORKDIR /app/src`.",
	Refs:     refs(practice, "M22"),
	Aliases:  []string{hadolintWorkdir, trivyWorkdir, checkovWorkdir, kicsWorkdir},
	Bad: []string{`
-- Dockerfile --
FROM node:24-slim
WORKDIR /app
WORKDIR src
#       ^^^ src is relative to the WORKDIR before it
ONBUILD WORKDIR lib
#               ^^^ lib is relative to the WORKDIR before it
`},
	Good: []string{`
-- Dockerfile --
FROM node:24-slim
WORKDIR src
WORKDIR /app/src
WORKDIR $HOME
`},
	Check: rule.EachStage(func(p *rule.Pass, s *dockerfile.Stage) {
		for _, in := range s.Instructions {
			if workdirRelative(in) && !firstWorkdir(s, in) {
				reportWorkdir(p, in, in.Args[0].Value+" is relative to the WORKDIR before it", workdirAliases(in, false))
			}
		}
	}),
}
