package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var copyDestination = rule.Rule{
	ID:       "TW-D144",
	Name:     "copy-destination",
	Title:    "Several sources are copied to what is not marked as a folder",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Where the destination does not exist, each source becomes a file of that name and replaces the one before it: the image holds only the last. Docker's classic builder refuses to build it. A destination that is `.` is a folder for sure and only noted.",
	Fix:      "End the destination with a slash: `COPY a b /app/`.",
	Refs:     refs(nist, "4.1.2", practice, "M22"),
	Aliases:  []string{"hadolint:DL3021", "trivy:DS-0011"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
COPY go.mod go.sum /src
#                  ^^^^ several sources are copied to /src, which is not marked as a folder
COPY --chown=1:1 ["a b", "c", "/src"]
#                              ^^^^ several sources are copied to /src, which is not marked as a folder
ADD a.tar b.tar /opt
#               ^^^^ several sources are copied to /opt, which is not marked as a folder
COPY a b .
#        ^ several sources are copied to ., which is not marked as a folder
COPY a b "$WHERE"
#        ^^^^^^^^ several sources are copied to $WHERE, which is not marked as a folder
`},
	Good: []string{`
-- Dockerfile --
FROM mcr.microsoft.com/windows/nanoserver:ltsc2025
ARG DIR=/opt/
COPY a b /src/
COPY a b ./
COPY a b "/x/"
COPY ["a", "b", "C:\\app\\"]
COPY a b $DIR
COPY a /src
COPY *.go /src
`},
	Check: rule.EachInstruction(checkCopyDestination, "COPY", "ADD"),
}

func checkCopyDestination(p *rule.Pass, in *dockerfile.Instruction) {
	if len(in.Args) < 3 {
		return
	}
	to := in.Args[len(in.Args)-1]
	if strings.HasSuffix(to.Value, "/") || strings.HasSuffix(to.Text, `\`) {
		return
	}
	severity := stageSeverity(p.Rule.Severity, in.Stage)
	if to.Value == "." || strings.Contains(to.Value, "$") {
		severity = rule.Info
	}
	f := rule.Finding{
		Severity: severity,
		Message:  fmt.Sprintf("several sources are copied to %s, which is not marked as a folder", to.Value),
		At:       to.At,
		Subject:  stageSubject(in.Stage),
		Key:      to.Text,
		Fix:      &rule.Fix{Title: "end the destination with a slash", Edits: []source.Edit{{Span: to.At.File.Span(to.At.End.Offset, to.At.End.Offset), New: "/"}}},
	}
	switch {
	case in.Keyword == "ADD":
		f.Aliases = []string{}
	case in.JSON:
		f.Aliases = p.Rule.Aliases[:1]
	}
	p.Report(f)
}
