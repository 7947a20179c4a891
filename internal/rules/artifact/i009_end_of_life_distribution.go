package artifact

import (
	"fmt"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/lifecycle"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var endOfLifeDistribution = rule.Rule{
	ID:       "TW-I009",
	Name:     "end-of-life-distribution",
	Title:    "Distribution that gets no more security updates",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Nobody repairs the release any more, and nobody writes advisories for it either: an image of it looks clean to every scanner while the list of known flaws grows.",
	Fix:      "Build from a supported release. Dates are those of the free support that images get without a contract.",
	Refs: []rule.Ref{
		{Standard: "practice", Control: "M5"},
		{Standard: "NIST SP 800-190", Control: "4.1.1"},
	},
	Bad: []string{`
-- Dockerfile --
FROM debian:10
#    ^^^^^^^^^ Debian GNU/Linux 10 (buster) has had no security updates since 2024-06-30
COPY app /
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY app / # buildkit
-- image/app/layer-0/etc/os-release --
PRETTY_NAME="Debian GNU/Linux 10 (buster)"
ID=debian
VERSION_ID="10"
-- image/app/layer-1/app --
x
`},
	Good: []string{`
-- Dockerfile --
FROM debian:13
COPY app /
-- image/app/image.yaml --
history:
- created_by: "# debian.sh --arch 'amd64'"
- created_by: COPY app / # buildkit
-- image/app/layer-0/etc/os-release --
ID=debian
VERSION_ID="13"
-- image/app/layer-1/app --
x
`},
	Check: rule.EachBuild(checkEndOfLifeDistribution),
}

func checkEndOfLifeDistribution(p *rule.Pass, b *facts.Build) {
	d := b.Platform.Distro
	last, ok := lifecycle.LastSupported(d.ID, d.VersionID)
	if !ok || !p.Now.After(last.AddDate(0, 0, 1)) {
		return
	}
	name := d.Name
	if name == "" {
		name = strings.TrimSpace(d.ID + " " + d.VersionID)
	}
	f := inLayer(b, d.Layer)
	f.Message = fmt.Sprintf("%s has had no security updates since %s", name, last.Format(time.DateOnly))
	f.Subject, f.Key = b.Image.Ref, d.ID+" "+d.VersionID
	f.Fix = &rule.Fix{Title: "build from a supported release of " + d.ID}
	p.Report(f)
}
