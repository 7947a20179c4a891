package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var invalidBaseName = rule.Rule{
	ID:       "TW-D159",
	Name:     "invalid-base-name",
	Title:    "FROM names no image unless the build gives an argument",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "With the defaults of the file the base is empty or no image name. Nobody can build the file as it stands, and no scanner, update bot or reviewer can tell from it what the image is built on. An argument without any default, which often is on purpose, is low.",
	Fix:      "Give the argument a default that makes a whole name: `ARG BASE=debian:12`.",
	Refs:     refs(nist, "4.1.5", practice, "M6", practice, "M10"),
	Aliases:  []string{"buildkit:InvalidDefaultArgInFrom"},
	Bad: []string{`
-- Dockerfile --
ARG VERSION
ARG EMPTY=""
FROM debian:${VERSION} AS a
#    ^^^^^^^^^^^^^^^^^ VERSION has no default, so the base is debian:, which is no image
FROM ${VERSION:+debian} AS b
#    ^^^^^^^^^^^^^^^^^^ the base is empty
FROM $EMPTY AS c
#    ^^^^^^ the base is empty
FROM Debian:12
#    ^^^^^^^^^ the base Debian:12 is no image name
`},
	Good: []string{`
-- Dockerfile --
ARG MIRROR
ARG VERSION=12
FROM ${MIRROR}debian:$VERSION AS Build
FROM ${BASE:-localhost:5000/a__b/c-d:x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef}
FROM scratch
`},
	Check: rule.EachStage(checkBaseName),
}

func checkBaseName(p *rule.Pass, s *dockerfile.Stage) {
	if len(s.From.Args) == 0 {
		return
	}
	name, ok := s.Base.Text, true
	if strings.Contains(name, "$") {
		name, ok = withoutUnset(name, s.File.Escape)
	}
	if !ok || imageReference(name) {
		return
	}
	f := rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, s),
		Message:  fmt.Sprintf("the base %s is no image name", name),
		At:       s.Base.At,
		Subject:  stageSubject(s),
		Key:      s.Base.Written,
		Fix:      &rule.Fix{Title: "write a whole name, or give the argument a default that makes one"},
	}
	switch {
	case s.Base.Stage != nil: // a stage is found in any case of its name, but BuildKit warns
		f.Severity = rule.Info
		f.Message = fmt.Sprintf("stage %s is named as %s, which is no image name", s.Base.Stage.Name, name)
	case len(s.Base.Unresolved) > 0:
		f.Severity = stageSeverity(rule.Low, s)
		f.Message = strings.Join(s.Base.Unresolved, ", ") + " has no default, so the base is " + orEmpty(name, ", which is no image")
	case name == "":
		f.Message = "the base is empty"
	}
	p.Report(f)
}

func orEmpty(name, suffix string) string {
	if name == "" {
		return "empty"
	}
	return name + suffix
}
