package build

import (
	"fmt"
	"slices"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/lifecycle"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var endOfLifeBase = rule.Rule{
	ID:       "TW-D210",
	Name:     "end-of-life-base",
	Title:    "Base image of a release that gets no more security updates",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "Nobody repairs the release any more. Rebuilding changes nothing, and scanners find less and less, since nobody writes advisories for it either. " +
		"In a stage that only compiles it matters as well: the standard library of an old compiler ends up in the program.",
	Fix:  "Build from a supported release. Dates are those of the free support: that of the distributions, and for languages that of their projects.",
	Refs: refs(practice, "M5", nist, "4.1.1"),
	Bad: []string{`
-- Dockerfile --
FROM golang:1.18-alpine3.15 AS build
#    ^^^^^^^^^^^^^^^^^^^^^^ Go 1.18 has had no security updates since 2023-02-01, and Alpine 3.15 none since 2023-11-01
FROM debian:10-slim
#    ^^^^^^^^^^^^^^ Debian 10 has had no security updates since 2024-06-30
COPY --from=build /app /app
`, `
-- Dockerfile --
FROM python:3.12-slim-buster
#    ^^^^^^^^^^^^^^^^^^^^^^^ Debian 10 has had no security updates since 2024-06-30
`, `
-- Dockerfile --
FROM node:gallium
#    ^^^^^^^^^^^^ Node.js 16 has had no security updates since 2023-09-11
FROM mcr.microsoft.com/dotnet/aspnet:6.0
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ .NET 6.0 has had no security updates since 2024-11-12
FROM centos:7.9.2009
#    ^^^^^^^^^^^^^^^ CentOS 7 has had no security updates since 2024-06-30
FROM registry.access.redhat.com/ubi7/ubi-minimal
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Red Hat Enterprise Linux 7 has had no security updates since 2024-06-30
FROM gcr.io/distroless/base-debian10
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ Debian 10 has had no security updates since 2024-06-30
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1 AS build
FROM debian:13-slim
`, `
-- Dockerfile --
FROM ghcr.io/acme/python:3.6
FROM acme/debian:9
FROM python:3
FROM node:24-alpine
FROM debian
FROM ubuntu:24.04
FROM debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
`},
	Check: rule.EachStage(checkEndOfLifeBase),
}

func checkEndOfLifeBase(p *rule.Pass, s *dockerfile.Stage) {
	if !external(s.Base) {
		return
	}
	f := rule.Finding{
		Severity: flowSeverity(p.Rule.Severity, s),
		At:       s.Base.At,
		Subject:  stageSubject(s),
		Fix:      &rule.Fix{Title: "build from a release that is still supported"},
	}
	for _, r := range releasesOf(s.Base) {
		last, ok := lifecycle.LastSupported(r.id, r.version)
		if !ok || !p.Now.After(last.AddDate(0, 0, 1)) || r.distribution && looked(p.Project, s) {
			continue
		}
		if f.Message == "" {
			f.Message = fmt.Sprintf("%s %s has had no security updates since %s", lifecycle.Name(r.id), r.version, last.Format(time.DateOnly))
			f.Key = r.id + " " + r.version
		} else {
			f.Message += fmt.Sprintf(", and %s %s none since %s", lifecycle.Name(r.id), r.version, last.Format(time.DateOnly))
		}
	}
	if f.Message != "" {
		p.Report(f)
	}
}

// looked reports whether an image built from the stage is at hand: what it says
// of its distribution is judged there.
func looked(p *facts.Project, s *dockerfile.Stage) bool {
	return slices.ContainsFunc(p.Builds, func(b *facts.Build) bool {
		return b.Target != nil && rootStage(b.Target) == s && b.Platform.Distro.ID != ""
	})
}
