package build

import (
	"fmt"
	"path"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var wholeStageCopy = rule.Rule{
	ID:       "TW-D024",
	Name:     "whole-stage-copy",
	Title:    "Whole file system of another stage is copied",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`COPY --from=build / /` carries over everything the stage holds: the compiler, caches, sources, and the secrets that were mounted or written on the way. The point of the second stage is lost. Into `scratch`, where it squashes layers, it is only noted.",
	Fix:      "Name the files that are needed: `COPY --from=build /out/app /usr/bin/app`.",
	Refs:     refs(cis, "4.3", nist, "4.1.2", practice, "M7", practice, "M22"),
	Aliases:  []string{"hadolint:DL3067"},
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
FROM debian:12
COPY --from=build / /
#                 ^ everything in stage build is copied
`, `
-- Dockerfile --
FROM debian:12 AS base
RUN rm -rf /usr/share/doc
FROM scratch
COPY --from=base / /
#                ^ everything in stage base is copied
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26 AS rootfs
FROM scratch
COPY --from=rootfs /rootfs/ /
COPY / /app
`},
	Check: rule.EachInstruction(checkWholeStage, "COPY"),
}

func checkWholeStage(p *rule.Pass, in *dockerfile.Instruction) {
	if in.From == nil || len(in.Args) < 2 {
		return
	}
	severity := stageSeverity(p.Rule.Severity, in.Stage)
	if in.Stage.Base.Scratch() { // how layers are squashed
		severity = rule.Info
	}
	for _, src := range in.Args[:len(in.Args)-1] {
		if path.Clean(src.Value) != "/" && src.Value != "." && src.Value != "/*" {
			continue
		}
		same := p.Rule.Aliases
		if path.Clean(src.Value) != "/" || in.Args[len(in.Args)-1].Value != "/" {
			same = []string{}
		}
		from := in.From.Text
		if in.From.Stage != nil {
			from = stageSubject(in.From.Stage)
		}
		p.Report(rule.Finding{
			Severity: severity,
			Message:  fmt.Sprintf("everything in %s is copied", from),
			At:       src.At,
			Subject:  stageSubject(in.Stage),
			Key:      from,
			Aliases:  same,
			Fix:      &rule.Fix{Title: "name the files that are needed"},
		})
	}
}
