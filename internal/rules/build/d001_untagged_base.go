package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var untaggedBase = rule.Rule{
	ID:       "TW-D001",
	Name:     "untagged-base",
	Title:    "Base image without a tag, or with latest",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Without a tag a builder takes `latest`: whatever was pushed last. The same Dockerfile then builds another image tomorrow, and nobody can say which one was reviewed.",
	Fix:      "Name a version, and better its digest: `FROM debian:12@sha256:…`.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M5"},
		{Standard: "practice", Control: "M6"},
		{Standard: "NIST SP 800-190", Control: "4.1.5"},
	},
	Aliases: []string{"hadolint:DL3006", "hadolint:DL3007", "trivy:DS-0001", "checkov:CKV_DOCKER_7"},
	Bad: []string{`
-- Dockerfile --
FROM debian
#    ^^^^^^ base image debian has no tag, so latest is taken
USER 65532
`, `
-- Dockerfile --
ARG VERSION=latest
FROM docker.io/library/debian:${VERSION}
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ base image docker.io/library/debian:latest names the moving tag latest
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 AS build
FROM build AS next
FROM scratch
`, `
-- Dockerfile --
FROM debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
`},
	Check: rule.EachStage(checkUntaggedBase),
}

func checkUntaggedBase(p *rule.Pass, s *dockerfile.Stage) {
	b := s.Base
	if b.Text == "" || b.Stage != nil || b.Scratch() || b.Digest != "" || len(b.Unresolved) > 0 {
		return
	}
	var message string
	same := []string{"trivy:DS-0001", "checkov:CKV_DOCKER_7"}
	switch b.Tag {
	case "":
		message = fmt.Sprintf("base image %s has no tag, so latest is taken", b.Text)
		same = append(same, "hadolint:DL3006")
	case "latest":
		message = fmt.Sprintf("base image %s names the moving tag latest", b.Text)
		same = append(same, "hadolint:DL3007")
	default:
		return
	}
	if strings.Contains(b.At.Text(), "$") { // hadolint reads the words as they are written
		same = same[:2]
	}
	p.Report(rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, s),
		Message:  message,
		At:       b.At,
		Subject:  stageSubject(s),
		Key:      b.Name,
		Aliases:  same,
		Fix:      &rule.Fix{Title: "name a version and its digest: FROM " + b.Name + ":<version>@sha256:<digest>"},
	})
}
