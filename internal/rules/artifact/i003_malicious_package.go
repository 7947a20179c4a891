package artifact

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var maliciousPackage = rule.Rule{
	ID:       "TW-I003",
	Name:     "malicious-package",
	Title:    "Package known to be malware",
	Severity: rule.Critical,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The version was published to do harm: it steals credentials or opens a back door, often already while it is installed. Whatever the build could reach must be taken as lost.",
	Fix:      "Remove the package, find out how it came in, and replace every credential that the build or the image had.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M18"},
		{Standard: "NIST SP 800-190", Control: "4.1.3"},
	},
	Bad: []string{`
-- Dockerfile --
FROM scratch
COPY node_modules /app/node_modules
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ evil 1.0.0 is malware (MAL-2026-1)
-- image/app/image.yaml --
history:
- created_by: COPY node_modules /app/node_modules # buildkit
-- image/app/layer-0/app/node_modules/evil/package.json --
{"name":"evil","version":"1.0.0"}
-- advisories/npm/MAL-2026-1.json --
{"id":"MAL-2026-1","affected":[{"package":{"name":"evil","ecosystem":"npm"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}
`},
	Good: []string{`
-- Dockerfile --
FROM scratch
COPY node_modules /app/node_modules
-- image/app/image.yaml --
history:
- created_by: COPY node_modules /app/node_modules # buildkit
-- image/app/layer-0/app/node_modules/ms/package.json --
{"name":"ms","version":"1.0.0"}
-- advisories/npm/GHSA-3.json --
{"id":"GHSA-3","affected":[{"package":{"name":"ms","ecosystem":"npm"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}
`},
	Check: rule.EachVulnerability(checkMaliciousPackage),
}

func checkMaliciousPackage(p *rule.Pass, v *facts.Vulnerability) {
	if !v.Malicious {
		return
	}
	f := ofFile(v.Build, v.Package.Layer, v.Package.Path)
	f.Message = fmt.Sprintf("%s is malware (%s)", installed(v), v.ID)
	f.Subject, _, _ = strings.Cut(v.Package.PURL, "?")
	f.Key = v.ID + " " + v.Looked.Name
	f.Package, f.Vulnerability = &v.Package, &v.Vulnerability
	f.Fix = &rule.Fix{Title: "remove " + v.Looked.Name + " and replace every credential that the build could read"}
	p.Report(f)
}
