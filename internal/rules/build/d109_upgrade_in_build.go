package build

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var upgradeInBuild = rule.Rule{
	ID:       "TW-D109",
	Name:     "upgrade-in-build",
	Title:    "All packages are upgraded in the build",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "What the image holds then depends on the day of the build, and files of the base are stored twice. Where the base is old, upgrading is right all the same: security updates count more than repeatable builds.",
	Fix:      "Take a newer base image; where there is none, keep the upgrade and waive this. Never change the release of the distribution, as `zypper dist-upgrade` may.",
	Refs:     refs(nist, "4.1.1", practice, "M5"),
	Aliases:  []string{"hadolint:DL3035", "trivy:DS-0017", "trivy:DS-0024", "dockle:DKL-DI-0003"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-get -y dist-upgrade
#                                ^^^^^^^^^^^^ apt-get dist-upgrade makes the image depend on the day it is built
RUN zypper --non-interactive dup && zypper clean
#                            ^^^ zypper dup makes the image depend on the day it is built
RUN yum -y update && apk upgrade
#          ^^^^^^ yum update makes the image depend on the day it is built
#                        ^^^^^^^ apk upgrade makes the image depend on the day it is built
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-get install -y curl
RUN apk update && apk add --upgrade curl && dnf upgrade -y openssl
`},
	Check: rule.EachRun(checkUpgrade),
}

func checkUpgrade(p *rule.Pass, run *dockerfile.Run) {
	for i, c := range run.Commands {
		call, ok := callsManager(c)
		if !ok || !listed(call.upgrades, call.verb.Value) || len(call.operands) > 0 {
			continue
		}
		what := c.Name + " " + call.verb.Value
		f := commandFinding(run, call.verb.At, family(c.Name)+" "+call.verb.Value, what+" makes the image depend on the day it is built", "take a newer base image")
		f.Aliases = []string{}
		switch what {
		case "zypper dist-upgrade", "zypper dup":
			if _, ok := plainly(c); ok {
				f.Aliases = append(f.Aliases, "hadolint:DL3035")
			}
		case "apt-get dist-upgrade":
			f.Aliases = append(f.Aliases, "trivy:DS-0024", "dockle:DKL-DI-0003")
		case "apt dist-upgrade":
			f.Aliases = append(f.Aliases, "dockle:DKL-DI-0003")
		case "yum update", "dnf update", "zypper update", "zypper up":
			// Trivy takes these for an update of the index alone.
			if !slices.ContainsFunc(run.Commands[i:], func(next *dockerfile.Command) bool {
				return next.Name == c.Name && installsForTrivy(next)
			}) {
				f.Aliases = append(f.Aliases, "trivy:DS-0017")
			}
		}
		p.Report(f)
	}
}

// installsForTrivy reports whether a command has a word that Trivy takes for an
// installation.
func installsForTrivy(c *dockerfile.Command) bool {
	_, ok := word(c.Args, "upgrade", "install", "source-install", "reinstall", "groupinstall", "localinstall", "add")
	return ok
}
