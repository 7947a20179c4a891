package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var digestDrift = rule.Rule{
	ID:       "TW-D211",
	Name:     "digest-drift",
	Title:    "Pinned image is not what its tag names today, or is gone",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why: "A pin that nobody raises keeps the flaws that the tag's owner has long repaired, and registries delete what no tag names any more. " +
		"The rule asks the registries, the public ones and those under `registries`, and only where it is switched on; with `--offline` it is silent.",
	Fix:  "Take the new digest, and let Dependabot or Renovate raise tag and digest together.",
	Refs: refs(practice, "M5", practice, "M6"),
	Bad: []string{`
-- Dockerfile --
FROM registry.test/app:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ registry.test/app:1 names sha256:dddddddddddd today, not sha256:0123456789ab
COPY --from=registry.test/gone@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef /a /a
#                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ registry.test/gone no longer has sha256:0123456789ab: the next build fails
-- base/app.json --
{"config": {}}
-- base/gone.json --
{"gone": true}
`},
	Good: []string{`
-- Dockerfile --
FROM registry.test/app:1@sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
FROM registry.test/app:1
FROM registry.test/unknown:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
-- base/app.json --
{"config": {}}
`},
	Check: rule.EachInstruction(checkDigestDrift),
}

func checkDigestDrift(p *rule.Pass, in *dockerfile.Instruction) {
	if in.Keyword == "FROM" && in.Stage != nil {
		reportDrift(p, in.Stage, in.Stage.Base)
	}
	for _, i := range importsOf(in) {
		reportDrift(p, in.Stage, i.ref)
	}
}

func reportDrift(p *rule.Pass, s *dockerfile.Stage, r dockerfile.Reference) {
	if r.Digest == "" || !external(r) {
		return
	}
	pin, ok := p.Project.Pins[r.Qualified()]
	if !ok || !pin.Gone && (pin.Now == "" || pin.Now == r.Digest) {
		return
	}
	f := rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, s),
		Message:  fmt.Sprintf("%s names %s today, not %s", shown(r), brief(pin.Now), brief(r.Digest)),
		At:       digestAt(r),
		Subject:  stageSubject(s),
		Key:      r.Name,
		Fix:      &rule.Fix{Title: "take the digest of today, " + pin.Now},
	}
	if pin.Gone {
		f.Severity = stageSeverity(rule.Medium, s)
		f.Message = fmt.Sprintf("%s no longer has %s: the next build fails", shown(r), brief(r.Digest))
		f.Fix.Title = "pin the digest of a tag that is there"
	}
	p.Report(f)
}

// brief is a digest as people compare it.
func brief(digest string) string {
	const shownBytes = len("sha256:") + 12
	return digest[:min(len(digest), shownBytes)]
}

// digestAt is the place of a reference's digest, where it is written out.
func digestAt(r dockerfile.Reference) source.Span {
	i := strings.IndexByte(r.Written, '@')
	if i < 0 || r.Written != r.Text || r.At.File == nil {
		return r.At
	}
	return r.At.File.Span(r.At.Start.Offset+i+1, r.At.End.Offset)
}
