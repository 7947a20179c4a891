package artifact

import (
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var addedTrustAnchor = rule.Rule{
	ID:       "TW-I107",
	Name:     "added-certificate-authority",
	Title:    "Certificate authority added to those that every program trusts",
	Severity: rule.Info,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever holds the key of the authority can read and change all traffic of the container, updates and calls to the cloud included. Company proxies need one; an image that leaves the company should not have it.",
	Fix:      "Mount the company's authority when the container is built or run (`RUN --mount=type=secret`, a `ConfigMap`), and trust it only where it is needed (`SSL_CERT_FILE`).",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M4"},
		{Standard: "NIST SP 800-190", Control: "4.1.2"},
	},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
COPY proxy.crt /usr/local/share/ca-certificates/
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ adds to the certificate authorities that every program trusts: /usr/local/share/ca-certificates/proxy.crt
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY proxy.crt /usr/local/share/ca-certificates/ # buildkit
-- image/app/layer-0/usr/share/ca-certificates/mozilla/x.crt --
the distribution's own
-- image/app/layer-1/usr/local/share/ca-certificates/proxy.crt --
x
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
COPY app /
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY app / # buildkit
-- image/app/layer-0/usr/share/ca-certificates/mozilla/x.crt --
the distribution's own
-- image/app/layer-1/app --
x
`},
	Check: rule.EachBuild(checkAddedTrustAnchor),
}

func checkAddedTrustAnchor(p *rule.Pass, b *facts.Build) {
	reportPrograms(p, b, "adds to the certificate authorities that every program trusts: %s", "trust it only where it is needed", image.TrustAnchor)
}
