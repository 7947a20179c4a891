package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var keptPackageLists = rule.Rule{
	ID:       "TW-D102",
	Name:     "kept-package-lists",
	Title:    "apt's package lists stay in the image",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "The lists take 20 to 50 MB of the layer, and whoever installs on top of the image without an update gets the packages of the day it was built.",
	Fix:      "Remove them in the same RUN, `apt-get update && apt-get install -y … && rm -rf /var/lib/apt/lists/*`, or keep them out of the layer with `RUN --mount=type=cache,target=/var/lib/apt/lists`.",
	Refs:     refs(cis, "4.7", practice, "M4"),
	Aliases:  []string{"hadolint:DL3009"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12 AS base
RUN apt-get update && apt-get install -y curl
#           ^^^^^^ the package lists stay in the layer
FROM base
RUN sudo apt-get update && apt-get install -y git && rm -rf /tmp/build
#                ^^^^^^ the package lists stay in the layer
RUN rm -rf /var/lib/apt/lists/*
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 AS build
RUN apt-get update && apt-get install -y gcc
FROM debian:13
RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
RUN apt-get update && apt-get install -y git && rm -r /var/lib/apt/lists
RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update && apt-get install -y git
RUN --mount=type=tmpfs,target=/var/lib/apt apt-get update && apt-get install -y git
`},
	Check: rule.EachRun(checkPackageLists),
}

func checkPackageLists(p *rule.Pass, run *dockerfile.Run) {
	var update *packageCall
	cleaned, cleanedAsHadolint := false, false
	for _, c := range run.Commands {
		switch c.Name {
		case "apt-get", "apt", "aptitude":
			call, _ := callsManager(c)
			if call.verb.Value == "update" && update == nil {
				update = &call
			}
			cleaned = cleaned || call.verb.Value == "dist-clean" || call.verb.Value == "distclean"
		case "rm", "find":
			cleaned = cleaned || mentions(c.Args, "/var/lib/apt")
			_, force := word(c.Args, "-rf", "/var/lib/apt/lists/*")
			cleanedAsHadolint = cleanedAsHadolint || c.Name == "rm" && force
		}
	}
	if update == nil || cleaned || !layersKept(run.Instruction.Stage) || mounted(run, update.caches) {
		return
	}
	f := commandFinding(run, update.verb.At, "apt update", "the package lists stay in the layer",
		"end the RUN with && rm -rf /var/lib/apt/lists/*")
	f.Aliases = []string{}
	if q, ok := plainly(update.cmd); ok && q.name == "apt-get" && !cleanedAsHadolint && sameStages(run.Instruction.Stage) {
		f.Aliases = []string{"hadolint:DL3009"}
	}
	p.Report(f)
}

// layersKept reports whether the layers of a stage are part of an image that
// somebody gets: of the final one, or of one that a stage is built FROM.
func layersKept(s *dockerfile.Stage) bool { return s.Role == dockerfile.RoleFinal || sameStages(s) }

// sameStages reports whether hadolint looks at the layers of a stage: of the
// last one, of those with the same FROM line, and of those that another names.
func sameStages(s *dockerfile.Stage) bool {
	last := s.File.Stages[len(s.File.Stages)-1]
	if s.Last || fromLine(s) == fromLine(last) {
		return true
	}
	for _, other := range s.File.Stages {
		if s.Name != "" && strings.EqualFold(other.Base.Written, s.Name) {
			return true
		}
	}
	return false
}

func fromLine(s *dockerfile.Stage) string {
	return strings.Join([]string{s.Platform, s.Base.Written, s.Name}, " ")
}
