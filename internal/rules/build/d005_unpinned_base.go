package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unpinnedBase = rule.Rule{
	ID:       "TW-D005",
	Name:     "unpinned-base",
	Title:    "Base image not pinned by digest",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A tag is a name that its owner can move, and so can whoever takes the owner's account over. Only a digest names content: what was reviewed is what is built, today and next year.",
	Fix:      "Keep the tag for people and bots, and add the digest: `FROM debian:12@sha256:…`. Dependabot and Renovate raise both together.",
	Refs:     refs(nist, "4.1.5", practice, "M6", practice, "M71"),
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
#    ^^^^^^^^^^^ base image golang:1.26 is not pinned by digest
FROM debian:12
#    ^^^^^^^^^ base image debian:12 is not pinned by digest
COPY --from=build /app /app
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef AS build
FROM build AS test
FROM scratch
`, `
-- Dockerfile --
ARG BASE
FROM ${BASE}
`},
	Check: rule.EachStage(checkUnpinnedBase),
}

func checkUnpinnedBase(p *rule.Pass, s *dockerfile.Stage) {
	if !external(s.Base) || s.Base.Digest != "" {
		return
	}
	p.Report(rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, s),
		Message:  fmt.Sprintf("base image %s is not pinned by digest", s.Base.Text),
		At:       s.Base.At,
		Subject:  stageSubject(s),
		Key:      s.Base.Name,
		Fix:      &rule.Fix{Title: "add the digest: FROM " + s.Base.Text + "@sha256:<digest>", Lookup: pin(s.Base)},
	})
}
