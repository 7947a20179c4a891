package project

import (
	"fmt"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/lifecycle"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var unsupportedKubernetes = rule.Rule{
	ID:       "TW-P006",
	Name:     "unsupported-kubernetes-version",
	Title:    "Target release of Kubernetes without security updates",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Three minor releases of Kubernetes are supported at once, each for about fourteen months. A cluster of an older one keeps the flaws that are found in it; a vendor's longer support ends later, and is a reason to waive this.",
	Fix:      "Upgrade the cluster, then take the old release out of `kubernetes-versions`.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M99"}, {Standard: "NIST SP 800-190", Control: "4.3.1"}},
	Bad: []string{`
-- tidewaiter.yaml --
version: 1
kubernetes-versions: ["1.34", "1.36", "latest", "1.99"]
#                      ^^^^ Kubernetes 1.34 got its last security update by 2026-10-27; supported are 1.35, 1.36, 1.37
#                                      ^^^^^^ "latest" is no release of Kubernetes: write a minor version such as "1.37"
#                                                ^^^^ Kubernetes 1.99 is not known here: manifests are judged by 1.37
`},
	Good: []string{`
-- tidewaiter.yaml --
version: 1
kubernetes-versions: ["1.35", "1.36", "v1.37.1"]
`},
	Check: rule.EachProject(func(p *rule.Pass) {
		for _, t := range p.Project.Targets {
			reportTarget(p, t)
		}
	}),
}

func reportTarget(p *rule.Pass, t source.Target) {
	f := rule.Finding{At: t.At, Key: t.Version, Subject: "Kubernetes " + t.Version}
	minor, ok := rule.Minor(t.Version)
	last, known := lifecycle.Kubernetes(minor)
	newest := fmt.Sprintf("1.%d", lifecycle.NewestKubernetes)
	switch {
	case !ok:
		f.Message = fmt.Sprintf("%q is no release of Kubernetes: write a minor version such as %q", t.Version, newest)
		f.Fix = &rule.Fix{Title: "write the minor version of the cluster"}
	case minor > lifecycle.NewestKubernetes:
		f.Severity = rule.Low
		f.Message = fmt.Sprintf("Kubernetes %s is not known here: manifests are judged by %s", t.Version, newest)
		f.Fix = &rule.Fix{Title: "use a newer tidewaiter"}
	case !known:
		f.Message = fmt.Sprintf("Kubernetes %s gets no security updates any more; supported are %s", t.Version, supported(p.Now))
		f.Fix = &rule.Fix{Title: "upgrade the cluster"}
	case !p.Now.Before(last.AddDate(0, 0, 1)):
		f.Message = fmt.Sprintf("Kubernetes %s got its last security update by %s; supported are %s", t.Version, last.Format(time.DateOnly), supported(p.Now))
		f.Fix = &rule.Fix{Title: "upgrade the cluster"}
	default:
		return
	}
	p.Report(f)
}

// supported are the releases that get security updates at a time, as far as the
// table knows them: "1.35, 1.36, 1.37".
func supported(now time.Time) string {
	var out []string
	for minor := lifecycle.OldestKubernetes; minor <= lifecycle.NewestKubernetes; minor++ {
		if last, ok := lifecycle.Kubernetes(minor); ok && now.Before(last.AddDate(0, 0, 1)) {
			out = append(out, fmt.Sprintf("1.%d", minor))
		}
	}
	return strings.Join(out[max(0, len(out)-3):], ", ")
}
