package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var missingSourceLabel = rule.Rule{
	ID:       "TW-D153",
	Name:     "missing-source-label",
	Title:    "Image does not say from which source it was built",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "`org.opencontainers.image.source` and `.revision` lead from a running container back to the repository and the commit. Without them whoever finds a flaw in the image has to guess whom to tell and what to repair. Where the build command sets them, an ignore comment with that reason says so.",
	Fix:      "Take the commit as a build argument and label the last stage: `ARG REVISION` … `LABEL org.opencontainers.image.source=\"https://…\" org.opencontainers.image.revision=\"${REVISION}\"`.",
	Refs:     refs(practice, "M27", practice, "M31", practice, "M68"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
#    ^^^^^^^^^ the image has no label org.opencontainers.image.source, org.opencontainers.image.revision
`, `
-- Dockerfile --
FROM debian:12
#    ^^^^^^^^^ the image has no label org.opencontainers.image.revision
LABEL org.opencontainers.image.source="https://example.com"
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 AS base
LABEL org.opencontainers.image.source="https://example.com"
FROM base
ARG REVISION
LABEL org.opencontainers.image.revision="${REVISION}"
`, `
-- Dockerfile --
FROM debian:12
LABEL $PREFIX.source=x
`},
	Check: rule.EachFinalStage(checkSourceLabel),
}

func checkSourceLabel(p *rule.Pass, s *dockerfile.Stage) {
	have, all := labelled(s)
	if !all || s.Implicit {
		return
	}
	var missing []string
	for _, key := range []string{"org.opencontainers.image.source", "org.opencontainers.image.revision"} {
		if !have[key] {
			missing = append(missing, key)
		}
	}
	if len(missing) == 0 {
		return
	}
	p.Report(rule.Finding{
		Message: "the image has no label " + strings.Join(missing, ", "),
		At:      s.Base.At,
		Subject: stageSubject(s),
		Key:     strings.Join(missing, " "),
		Fix:     &rule.Fix{Title: "label the last stage with the repository's URL and the commit"},
	})
}
