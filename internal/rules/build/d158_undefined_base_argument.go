package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/spelling"
)

var undefinedBaseArgument = rule.Rule{
	ID:       "TW-D158",
	Name:     "undefined-base-argument",
	Title:    "FROM uses an argument that is not declared above it",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "FROM sees the ARGs that stand before the first FROM and no others. Anything else is empty whatever the build is given: `debian:${VERSON}` is no image name, and `${MIRROR}debian` quietly comes from Docker Hub instead of the mirror.",
	Fix:      "Declare it at the top of the file, `ARG VERSION=12`, or correct the name.",
	Refs:     refs(nist, "4.1.5", practice, "M6", practice, "M11"),
	Aliases:  []string{"buildkit:UndefinedArgInFrom"},
	Bad: []string{`
-- Dockerfile --
ARG VERSION=12
FROM debian:${VERSON}
#             ^^^^^^ FROM uses VERSON, which no ARG before the first FROM declares; did you mean VERSION?
ARG MIRROR=x/
FROM ${MIRROR}debian:${VERSION}
#      ^^^^^^ FROM uses MIRROR, which no ARG before the first FROM declares
FROM --platform=$PLATFORM ${BASE:-debian:12}
#                ^^^^^^^^ FROM uses PLATFORM, which no ARG before the first FROM declares
#                           ^^^^ FROM uses BASE, which no ARG before the first FROM declares
`},
	Good: []string{`
-- Dockerfile --
ARG BASE
ARG VERSION=12
FROM --platform=$BUILDPLATFORM ${BASE:-debian:$VERSION} AS build
FROM --platform=linux/$TARGETARCH build
`},
	Check: rule.EachDockerfile(checkBaseArguments),
}

func checkBaseArguments(p *rule.Pass, f *dockerfile.File) {
	if len(f.Stages) == 0 || !strings.Contains(f.Source.Text, "$") {
		return
	}
	known := append(globalArgs(f), automaticArgs()...)
	for _, s := range f.Stages {
		said := map[string]bool{}
		if len(s.From.Args) > 0 {
			undefinedIn(p, f, s, dockerfile.Word{At: s.From.Args[0].At, Text: s.From.Args[0].Text}, known, said)
		}
		if s.Platform != "" {
			undefinedIn(p, f, s, dockerfile.Word{At: s.PlatformAt, Text: s.Platform}, known, said)
		}
	}
}

// automaticArgs are those that BuildKit defines by itself for FROM.
// https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope
func automaticArgs() []string {
	return []string{
		"BUILDPLATFORM", "BUILDOS", "BUILDOSVERSION", "BUILDARCH", "BUILDVARIANT",
		"TARGETPLATFORM", "TARGETOS", "TARGETOSVERSION", "TARGETARCH", "TARGETVARIANT", "TARGETSTAGE",
	}
}

func undefinedIn(p *rule.Pass, f *dockerfile.File, s *dockerfile.Stage, word dockerfile.Word, known []string, said map[string]bool) {
	for _, v := range variables(word.Text, f.Escape) {
		if slices.Contains(known, v.name) || said[v.name] {
			continue
		}
		said[v.name] = true
		severity := p.Rule.Severity
		if strings.HasPrefix(v.modifier, ":-") || strings.HasPrefix(v.modifier, "-") {
			severity = rule.Low // it stands for a constant, in a roundabout way
		}
		finding := rule.Finding{
			Severity: stageSeverity(severity, s),
			Message:  fmt.Sprintf("FROM uses %s, which no ARG before the first FROM declares", v.name),
			At:       word.At,
			Subject:  stageSubject(s),
			Key:      v.name,
			Fix:      &rule.Fix{Title: "declare it before the first FROM: ARG " + v.name},
		}
		if i := strings.Index(word.At.Text(), word.Text[v.start:v.nameAt]+v.name); i >= 0 {
			start := word.At.Start.Offset + i + v.nameAt - v.start
			finding.At = f.Source.Span(start, start+len(v.name))
			if near := nearestArg(v.name, known); near != "" {
				finding.Message += "; did you mean " + near + "?"
				finding.Fix = &rule.Fix{Title: "write " + near}
			}
		}
		p.Report(finding)
	}
}

// nearestArg returns the argument that a wrong name most likely means.
func nearestArg(name string, known []string) string {
	best, distance := "", 3
	for _, k := range known {
		if d := spelling.Distance(name, k); d < distance && d*2 <= len(k) {
			best, distance = k, d
		}
	}
	return best
}
