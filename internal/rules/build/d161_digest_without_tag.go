package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var digestWithoutTag = rule.Rule{
	ID:       "TW-D161",
	Name:     "digest-without-tag",
	Title:    "Image is named by digest alone",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A digest says what, a tag says which version that is. Without the tag nobody can read how old the base is, and Dependabot and Renovate do not know which line of versions to follow: the pin is never raised and the flaws stay.",
	Fix:      "Keep both: `FROM debian:12@sha256:…`. The digest decides, the tag is for people and bots.",
	Refs:     refs(nist, "4.1.5", practice, "M5", practice, "M12"),
	Bad: []string{`
-- Dockerfile --
FROM debian@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ debian is named by digest alone, without the tag of its version
COPY --from=localhost:5000/x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef /x /x
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ localhost:5000/x is named by digest alone, without the tag of its version
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef AS a
FROM a
FROM debian
`},
	Check: rule.EachDockerfile(checkDigestAlone),
}

func checkDigestAlone(p *rule.Pass, f *dockerfile.File) {
	for _, o := range origins(f) {
		if !external(o.ref) || o.ref.Digest == "" || o.ref.Tag != "" {
			continue
		}
		p.Report(rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, o.stage),
			Message:  fmt.Sprintf("%s is named by digest alone, without the tag of its version", o.ref.Name),
			At:       o.at,
			Subject:  stageSubject(o.stage),
			Key:      o.ref.Name,
			Fix:      &rule.Fix{Title: "add the tag: " + o.ref.Name + ":<version>@" + o.ref.Digest},
		})
	}
}
