package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var redundantPlatform = rule.Rule{
	ID:       "TW-D149",
	Name:     "redundant-platform",
	Title:    "FROM asks for the platform that it has anyway",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Fixable:  true,
	Why:      "`--platform=$TARGETPLATFORM` is the default. Beside stages that do need another platform, a flag without effect hides which ones those are.",
	Fix:      "Take the flag out.",
	Refs:     refs(practice, "M7", practice, "M71"),
	Aliases:  []string{"hadolint:DL3065", "buildkit:RedundantTargetPlatform"},
	Bad: []string{`
-- Dockerfile --
FROM --platform=$TARGETPLATFORM debian:12 AS base
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^ the platform is $TARGETPLATFORM anyway
FROM --platform="${TARGETPLATFORM}" debian:12
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the platform is ${TARGETPLATFORM} anyway
`},
	Good: []string{`
-- Dockerfile --
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
FROM --platform=$TARGETOS/$TARGETARCH golang:1.26 AS next
FROM --platform=$TARGETPLATFORM-x golang:1.26 AS other
FROM debian:12
`},
	Check: rule.EachStage(checkRedundantPlatform),
}

func checkRedundantPlatform(p *rule.Pass, s *dockerfile.Stage) {
	if !onlyTargetPlatform(s.Platform) {
		return
	}
	flag, ok := s.From.Flag("platform")
	if !ok || len(s.From.Args) == 0 {
		return
	}
	at := flag.At
	p.Report(rule.Finding{
		Message: "the platform is " + s.Platform + " anyway",
		At:      at,
		Subject: stageSubject(s),
		Key:     s.Platform,
		Fix: &rule.Fix{
			Title: "take the flag out",
			Edits: []source.Edit{{Span: at.File.Span(at.Start.Offset, s.From.Args[0].At.Start.Offset)}},
		},
	})
}

// onlyTargetPlatform reports whether a platform comes to $TARGETPLATFORM and
// names nothing else.
func onlyTargetPlatform(platform string) bool {
	if platform == "$TARGETPLATFORM" || platform == "${TARGETPLATFORM}" {
		return true
	}
	rest, ok := strings.CutPrefix(platform, "${TARGETPLATFORM")
	if !ok || !strings.HasSuffix(rest, "}") || strings.Contains(rest, "$") {
		return false
	}
	return strings.HasPrefix(rest, ":-") || strings.HasPrefix(rest, "-") || strings.HasPrefix(rest, ":?") || strings.HasPrefix(rest, "?")
}
