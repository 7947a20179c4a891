package build

import (
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var keptYarnCache = rule.Rule{
	ID:       "TW-D107",
	Name:     "kept-yarn-cache",
	Title:    "yarn keeps its cache in the image",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "yarn stores every package a second time in its cache, often hundreds of megabytes that nothing uses.",
	Fix:      "End the RUN with `yarn cache clean`, or give the cache a mount: `RUN --mount=type=cache,target=/usr/local/share/.cache/yarn`.",
	Refs:     refs(practice, "M4"),
	Aliases:  []string{"hadolint:DL3060"},
	Bad: []string{`
-- Dockerfile --
FROM node:24
RUN yarn install --immutable
#        ^^^^^^^ yarn keeps its cache in the layer
RUN yarn --frozen-lockfile && yarn build
#   ^^^^ yarn keeps its cache in the layer
`},
	Good: []string{`
-- Dockerfile --
FROM node:24 AS build
RUN yarn install
FROM node:24-slim
RUN yarn install && yarn cache clean
RUN --mount=type=cache,target=/usr/local/share/.cache/yarn yarn install
RUN yarn build && yarn --version
`},
	Check: rule.EachRun(checkYarnCache),
}

func checkYarnCache(p *rule.Pass, run *dockerfile.Run) {
	var install *dockerfile.Command
	at := dockerfile.Word{}
	for _, c := range run.Commands {
		if c.Name != "yarn" {
			continue
		}
		opts, operands := options(c.Args, "--cwd --registry --cache-folder --modules-folder")
		_, asked := find(opts, "--version", "-v", "--help", "-h")
		switch {
		case len(operands) > 1 && operands[0].Value == "cache" && operands[1].Value == "clean":
			return
		case len(operands) == 0 && !asked && install == nil:
			install, at = c, c.Program
		case len(operands) > 0 && operands[0].Value == "install" && install == nil:
			install, at = c, operands[0]
		}
	}
	if install == nil || !layersKept(run.Instruction.Stage) || mountedNamed(run, "yarn") {
		return
	}
	f := commandFinding(run, at.At, "yarn install", "yarn keeps its cache in the layer", "end the RUN with && yarn cache clean")
	f.Aliases = []string{}
	if q, ok := plainly(install); ok && q.has("install") && sameStages(run.Instruction.Stage) {
		f.Aliases = []string{"hadolint:DL3060"}
	}
	p.Report(f)
}
