package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var reservedStageName = rule.Rule{
	ID:       "TW-D156",
	Name:     "reserved-stage-name",
	Title:    "Stage has the name scratch or context",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`scratch` is the empty image and `context` the files that are sent to the build. Whether FROM and COPY --from mean those or the stage differs between builders, and so does what ends up in the image.",
	Fix:      "Give the stage another name.",
	Refs:     refs(nist, "4.1.2", practice, "M7"),
	Aliases:  []string{"hadolint:DL3063", "buildkit:ReservedStageName"},
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26 AS context
#                   ^^^^^^^ stage name context is reserved
FROM scratch AS Scratch
#               ^^^^^^^ stage name scratch is reserved
`},
	Good: []string{`
-- Dockerfile --
FROM scratch AS contexts
FROM scratch
`},
	Check: rule.EachStage(checkReservedName),
}

func checkReservedName(p *rule.Pass, s *dockerfile.Stage) {
	if s.Name != "scratch" && s.Name != "context" || len(s.From.Args) < 3 {
		return
	}
	p.Report(rule.Finding{
		Message: fmt.Sprintf("stage name %s is reserved", s.Name),
		At:      s.From.Args[2].At,
		Subject: stageSubject(s),
		Key:     s.Name,
		Fix:     &rule.Fix{Title: "give the stage another name"},
	})
}
