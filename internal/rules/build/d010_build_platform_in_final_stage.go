package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var buildPlatformInFinalStage = rule.Rule{
	ID:       "TW-D010",
	Name:     "build-platform-in-final-stage",
	Title:    "Final stage inherits the platform of the build machine",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "`--platform=$BUILDPLATFORM` takes the base image of the machine that builds. In a stage that only cross-compiles that is right. In the final stage, or one it is built FROM, an image built for arm64 on an amd64 machine holds amd64 layers, labelled arm64: it fails to start, or runs under emulation, and a scan by platform looks at the wrong packages.",
	Fix:      "Take `--platform` off the stages that end up in the image, and keep it on those that only compile for `$TARGETARCH`.",
	Refs:     refs(practice, "M7", practice, "M71"),
	Bad: []string{`
-- Dockerfile --
FROM --platform=$BUILDPLATFORM python:3.13-slim AS base
#               ^^^^^^^^^^^^^^ the final stage is of the build machine's platform, not of the target's, through stage base
FROM base AS builder
FROM base
COPY --from=builder /install /usr/local
`, `
-- Dockerfile --
FROM --platform=${BUILDPLATFORM} nginx:1.29
#               ^^^^^^^^^^^^^^^^ the final stage is of the build machine's platform, not of the target's
`},
	Good: []string{`
-- Dockerfile --
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETARCH
RUN GOARCH=$TARGETARCH go build -o /app .
FROM gcr.io/distroless/static:nonroot
COPY --from=build /app /app
`, `
-- Dockerfile --
FROM --platform=$TARGETPLATFORM debian:12
`, `
-- Dockerfile --
FROM --platform=$BUILDPLATFORM scratch
COPY proto /proto
`},
	Check: rule.EachFinalStage(checkBuildPlatform),
}

func checkBuildPlatform(p *rule.Pass, s *dockerfile.Stage) {
	// The platform of the lowest stage decides what is pulled.
	base := rootStage(s)
	if !strings.Contains(base.Platform, "BUILDPLATFORM") || base.Base.Scratch() {
		return
	}
	f := rule.Finding{
		Message: "the final stage is of the build machine's platform, not of the target's",
		At:      base.PlatformAt,
		Subject: stageSubject(s),
		Key:     base.Base.Name,
		Fix:     &rule.Fix{Title: "take --platform off this stage"},
	}
	if flag, ok := base.From.Flag("platform"); ok && len(base.From.Args) > 0 {
		f.Fix.Edits = []source.Edit{{Span: flag.At.File.Span(flag.At.Start.Offset, base.From.Args[0].At.Start.Offset)}}
	}
	if base != s {
		f.Message += fmt.Sprintf(", through %s", stageSubject(base))
		f.Related = []source.Related{{At: s.Base.At, Message: "the final stage is built from it"}}
	}
	p.Report(f)
}
