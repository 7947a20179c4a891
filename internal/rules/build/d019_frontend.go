package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unpinnedFrontend = rule.Rule{
	ID:       "TW-D019",
	Name:     "unpinned-frontend",
	Title:    "Frontend of the build is foreign or not pinned",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "`# syntax=` names an image that is pulled and run to read the Dockerfile: it decides what every instruction does. One that is not Docker's own and not pinned by digest is foreign code with control over the whole build. For Docker's own without a version the finding is low.",
	Fix:      "Name Docker's frontend with a version, `# syntax=docker/dockerfile:1`, or pin the foreign one: `# syntax=ghcr.io/acme/frontend:1@sha256:…`.",
	Refs:     refs(nist, "4.1.5", practice, "M6", practice, "M94"),
	Bad: []string{`
-- Dockerfile --
# syntax=ghcr.io/acme/frontend:2
#        ^^^^^^^^^^^^^^^^^^^^^^^ frontend ghcr.io/acme/frontend:2 is not Docker's own and not pinned by digest
FROM debian:12
`, `
-- Dockerfile --
# syntax = docker/dockerfile
#          ^^^^^^^^^^^^^^^^^ frontend docker/dockerfile has no version
FROM debian:12
`},
	Good: []string{`
-- Dockerfile --
# syntax=docker/dockerfile:1
FROM debian:12
`, `
-- Dockerfile --
# syntax=ghcr.io/acme/frontend:2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
FROM debian:12
`, `
-- Dockerfile --
FROM debian:12
`},
	Check: rule.EachDockerfile(checkFrontend),
}

func checkFrontend(p *rule.Pass, f *dockerfile.File) {
	if f.Syntax == "" || strings.Contains(f.Syntax, "@sha256:") {
		return
	}
	finding := rule.Finding{
		Message: fmt.Sprintf("frontend %s is not Docker's own and not pinned by digest", f.Syntax),
		At:      f.SyntaxAt,
		Subject: "frontend",
		Key:     f.Syntax,
		Fix:     &rule.Fix{Title: "add the digest: " + f.Syntax + "@sha256:<digest>", Lookup: pinFrontend(f)},
	}
	if f.OfficialSyntax() {
		_, tag, ok := strings.Cut(f.Syntax[strings.LastIndexByte(f.Syntax, '/')+1:], ":")
		if ok && tag != "latest" && tag != "master" {
			return
		}
		finding.Severity = rule.Low
		finding.Message = fmt.Sprintf("frontend %s has no version", f.Syntax)
		finding.Fix = &rule.Fix{Title: "name the version: # syntax=docker/dockerfile:1", Edits: latestFrontend(f)}
	}
	p.Report(finding)
}
