package build

import (
	"fmt"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var fullDistributionBase = rule.Rule{
	ID:       "TW-D009",
	Name:     "full-distribution-base",
	Title:    "Full distribution as the final base where nothing needs it",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A whole distribution brings a shell, a package manager and a hundred packages that the service never calls, each of which has to be patched and helps an intruder.",
	Fix:      "Take distroless, scratch, or the `-slim`, `-alpine` or `chiseled` variant of the same image, which the finding names where there is one. The rule is silent where the stage installs packages, which needs the distribution's manager.",
	Refs:     refs(cis, "4.3", nist, "4.1.2", practice, "M1", practice, "M2"),
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
FROM ubuntu:24.04
#    ^^^^^^^^^^^^ ubuntu:24.04 is a full distribution, and nothing in the final stage uses its package manager
COPY --from=build /app /app
`, `
-- Dockerfile --
FROM python:3.13-bookworm AS base
#    ^^^^^^^^^^^^^^^^^^^^ python:3.13-bookworm is a full distribution, and nothing in the final stage uses its package manager
FROM base
RUN pip install --require-hashes -r requirements.txt
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-get install -y tini
`, `
-- Dockerfile --
FROM debian:12 AS build
FROM python:3.13-slim
`, `
-- Dockerfile --
FROM gcr.io/distroless/base-debian12:nonroot
`},
	Check: rule.EachFinalStage(checkFullDistribution),
}

func checkFullDistribution(p *rule.Pass, s *dockerfile.Stage) {
	base := rootStage(s)
	name := unmirrored(shortName(base.Base))
	if !external(base.Base) || smallTag(base.Base.Tag) || toolchainBase(base.Base) {
		return
	}
	if !slices.Contains(distributions(), name) && !slices.Contains(languages(), name) {
		return
	}
	for _, st := range chain(s) {
		for _, run := range runs(st) {
			if slices.ContainsFunc(run.Commands, usesPackageManager) || !run.Parsed {
				return
			}
		}
	}
	p.Report(rule.Finding{
		Message: fmt.Sprintf("%s is a full distribution, and nothing in the final stage uses its package manager", shown(base.Base)),
		At:      base.Base.At,
		Subject: stageSubject(s),
		Key:     base.Base.Name,
		Fix:     &rule.Fix{Title: smallerTitle(base.Base)},
	})
}
