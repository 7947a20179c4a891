package build

import (
	"strings"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var recommendedPackages = rule.Rule{
	ID:       "TW-D103",
	Name:     "recommended-packages",
	Title:    "apt-get installs the recommended packages too",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "What a package recommends is often larger than the package, and every package more is one more to update.",
	Fix:      "Install with `--no-install-recommends` and name what is missed.",
	Refs:     refs(cis, "4.3", practice, "M4"),
	Aliases:  []string{"hadolint:DL3015", "trivy:DS-0029", "kics:apt-get-not-avoiding-additional-packages"},
	Fixable:  true,
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-get install -y curl && sudo apt install -y git
#                             ^^^^^^^ apt-get installs what curl recommends, too
#                                                         ^^^^^^^ apt installs what git recommends, too
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get install -y --no-install-recommends curl && apt-get install -y -o APT::Install-Recommends=0 git
RUN aptitude install -y --without-recommends curl && apt-get -y --no-install-recommends install git
`, `
-- Dockerfile --
FROM debian:12
RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/90lean
RUN apt-get install -y curl
`},
	Check: eachRunKnowing("Install-Recommends", checkRecommended),
}

func checkRecommended(p *rule.Pass, run *dockerfile.Run, configured bool) {
	anyLean := sync.OnceValue(func() bool { return aptInstallHas(run, "--no-install-recommends") })
	for _, c := range run.Commands {
		switch c.Name {
		case "apt-get", "apt", "aptitude":
		default:
			continue
		}
		call, _ := callsManager(c)
		if call.verb.Value != "install" || call.asked("--no-install-recommends --without-recommends") || lean(call) || configured {
			continue
		}
		option := "--no-install-recommends"
		if c.Name == "aptitude" {
			option = "--without-recommends"
		}
		f := commandFinding(run, call.verb.At, "apt "+list(call.operands),
			c.Name+" installs what "+list(call.operands)+" recommends, too", "add "+option)
		f.Fix.Edits = insertAfter(run, call.verb, " "+option)
		f.Aliases = recommendedElsewhere(c, anyLean)
		p.Report(f)
	}
}

// lean reports whether a -o option switches recommended packages off.
func lean(call packageCall) bool {
	for _, o := range call.opts {
		name, value, _ := strings.Cut(o.value, "=")
		if strings.EqualFold(name, "APT::Install-Recommends") && listed("0 false no off", strings.ToLower(value)) {
			return true
		}
	}
	return false
}

func recommendedElsewhere(c *dockerfile.Command, anyLean func() bool) []string {
	out := []string{}
	if c.Name == "apt-get" && shortVerb(c) {
		out = append(out, "kics:apt-get-not-avoiding-additional-packages")
		if !anyLean() {
			out = append(out, "trivy:DS-0029")
		}
	}
	if p, ok := plainly(c); ok && p.name == "apt-get" {
		out = append(out, "hadolint:DL3015")
	}
	return out
}
