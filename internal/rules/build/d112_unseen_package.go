package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unseenPackage = rule.Rule{
	ID:       "TW-D112",
	Name:     "unseen-package",
	Title:    "The packages to install stand in a variable that the file does not set",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Nobody who reads the file, and no tool, can see whether a version is fixed.",
	Fix:      "Name the packages, or give the ARG a default with versions.",
	Refs:     refs(nist, "4.1.5", practice, "M6"),
	Aliases:  []string{"hadolint:DL3013", "hadolint:DL3016", "hadolint:DL3028", "hadolint:DL3062"},
	Bad: []string{`
-- Dockerfile --
FROM python:3
ARG TOOLS
RUN pip install $TOOLS && npm install -g "${TOOLS}"
#               ^^^^^^ which packages pip installs, and in which versions, is not to be seen here
#                                        ^^^^^^^^^^ which packages npm installs, and in which versions, is not to be seen here
`},
	Good: []string{`
-- Dockerfile --
FROM python:3
ARG TOOLS="flask==3.1"
ARG VERSION
RUN pip install $TOOLS flask==$VERSION && npm install -g "x@$VERSION" && pip install -r $TOOLS
RUN pip install flask $MORE
`},
	Check: rule.EachRun(checkUnseenPackage),
}

func checkUnseenPackage(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		if !installsLanguagePackage(c.Name) {
			continue
		}
		same := unpinnedElsewhere(c)
		if len(same) == 0 {
			continue
		}
		if _, pkgs := languagePackages(c); len(pkgs) > 0 {
			continue // TW-D018 says it
		}
		for _, a := range c.Args {
			if strings.HasPrefix(a.Value, "$") {
				name, _ := tool(c)
				f := commandFinding(run, a.At, name+" "+a.Value, "which packages "+name+" installs, and in which versions, is not to be seen here", "name the packages with their versions")
				f.Aliases = same
				p.Report(f)
				break
			}
		}
	}
}
