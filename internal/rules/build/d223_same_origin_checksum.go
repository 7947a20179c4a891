package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var sameOriginChecksum = rule.Rule{
	ID:       "TW-D223",
	Name:     "same-origin-checksum",
	Title:    "Checksum comes from the server that the file comes from",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Whoever can replace the file on the server can replace the list of checksums beside it. Such a check finds broken transfers, not attacks. It counts as a check for `unverified-download`; this finding is the reminder that it is a weak one.",
	Fix:      "Write the checksum into the Dockerfile, or verify the signature of the list: `gpg --verify SHA256SUMS.asc SHA256SUMS`, `cosign verify-blob`, `gh attestation verify`.",
	Refs:     refs(nist, "4.1.5", practice, "M10"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN curl -fsSLO https://example.com/t.tgz && curl -fsSL https://example.com/SHA256SUMS | grep t.tgz | sha256sum -c && tar xf t.tgz
#               ^^^^^^^^^^^^^^^^^^^^^^^^^ https://example.com/t.tgz is checked only with what the same server says
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN curl -fsSLO https://example.com/t.tgz && echo "abc  t.tgz" | sha256sum -c && tar xf t.tgz
RUN curl -fsSLO https://example.com/u.tgz -O https://example.com/SUMS -O https://example.com/SUMS.asc && \
    gpg --verify SUMS.asc SUMS && sha256sum -c SUMS && tar xf u.tgz
RUN curl -fsSLO https://example.com/v.tgz && tar xf v.tgz
`},
	Check: rule.EachDownload(func(p *rule.Pass, d *flow.Download) {
		if !d.SameOrigin || d.Use == flow.Run || harmless(d.URL.Value, d.File) {
			return
		}
		p.Report(rule.Finding{
			Severity: flowSeverity(p.Rule.Severity, d.Stage),
			Message:  fmt.Sprintf("%s is checked only with what the same server says", d.URL.Value),
			At:       d.URL.At, Subject: stageSubject(d.Stage), Key: d.URL.Text,
			Fix: &rule.Fix{Title: "write the checksum into the Dockerfile, or verify a signature"},
		})
	}),
}
