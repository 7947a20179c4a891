package build

import (
	"strings"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var missingYesOption = rule.Rule{
	ID:       "TW-D101",
	Name:     "missing-yes-option",
	Title:    "Package manager asks a question that nobody answers",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "No terminal is attached to a build: the question ends the command, and the build with it, or with some package managers only the installation.",
	Fix:      "Say yes beforehand: `apt-get install -y`, `dnf install -y`, `zypper --non-interactive install`.",
	Refs:     refs(practice, "M5"),
	Aliases: []string{"hadolint:DL3014", "hadolint:DL3030", "hadolint:DL3034", "hadolint:DL3038", "trivy:DS-0021",
		"kics:apt-get-missing-flags-to-avoid-manual-input"},
	Fixable: true,
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-get install --no-install-recommends \
#                             ^^^^^^^ apt-get install asks before it goes on, and nobody answers in a build
    curl && \
    apt-get remove -q curl
#           ^^^^^^ apt-get remove asks before it goes on, and nobody answers in a build
`, `
-- Dockerfile --
FROM fedora:42
RUN dnf install curl && microdnf install curl && yum groupinstall x && yum module install nodejs:22
#       ^^^^^^^ dnf install asks before it goes on, and nobody answers in a build
#                                ^^^^^^^ microdnf install asks before it goes on, and nobody answers in a build
#                                                    ^^^^^^^^^^^^ yum groupinstall asks before it goes on, and nobody answers in a build
#                                                                          ^^^^^^ yum module asks before it goes on, and nobody answers in a build
RUN ["zypper", "in", "curl"]
#               ^^ zypper in asks before it goes on, and nobody answers in a build
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-get -y install curl && apt-get install -qq curl && apt-get -q=2 install curl && apt-get install --assume-yes curl
RUN yes | apt-get install curl && apt-get clean && apt-get download curl && apt-get install -yq curl
RUN dnf -y install a && yum install -y b && yum clean all && zypper --non-interactive in c && zypper -n rm c && zypper install -y c && apk add c
`, `
-- Dockerfile --
FROM debian:12
RUN echo 'APT::Get::Assume-Yes "true";' > /etc/apt/apt.conf.d/90yes
RUN apt-get update && apt-get install curl
`},
	Check: eachRunKnowing("Assume-Yes", checkMissingYes),
}

func checkMissingYes(p *rule.Pass, run *dockerfile.Run, configured bool) {
	if configured {
		return
	}
	anyYes := sync.OnceValue(func() bool { return aptInstallHas(run, "-y --yes --assume-yes") })
	for _, c := range run.Commands {
		call, ok := callsManager(c)
		if !ok || !listed(call.asks, call.verb.Value) || call.asked(call.yes) || quietly(c) || fed(run, c) {
			continue
		}
		if call.verb.Value == "module" && len(call.operands) > 0 && call.operands[0].Value != "install" {
			continue
		}
		f := commandFinding(run, call.verb.At, family(c.Name)+" "+call.verb.Value,
			c.Name+" "+call.verb.Value+" asks before it goes on, and nobody answers in a build", "answer beforehand: "+c.Name+" "+call.verb.Value+" -y")
		f.Aliases = missingYesElsewhere(c, anyYes)
		f.Fix.Edits = insertAfter(run, call.verb, " -y")
		f.Severity = stageSeverity(p.Rule.Severity, run.Instruction.Stage)
		p.Report(f)
	}
}

// quietly reports whether apt is told to be quiet twice, which answers yes.
func quietly(c *dockerfile.Command) bool {
	n := 0
	for _, a := range c.Args {
		switch a.Value {
		case "-q=2", "--quiet=2":
			return true
		case "--quiet":
			n++
		default:
			if !strings.HasPrefix(a.Value, "--") && dashed(a.Value) {
				n += strings.Count(a.Value, "q")
			}
		}
		if strings.Contains(a.Value, "Assume-Yes") {
			return true
		}
	}
	return n > 1
}

// fed reports whether another command writes the answer: yes | apt-get install.
func fed(run *dockerfile.Run, c *dockerfile.Command) bool {
	if c.PipeStage == 0 {
		return false
	}
	for _, from := range run.Commands {
		if from.PipeTo == c && (from.Name == "yes" || from.Name == "echo" || from.Name == "printf") {
			return true
		}
	}
	return false
}

// missingYesElsewhere returns the checks of other linters that miss it too.
func missingYesElsewhere(c *dockerfile.Command, anyYes func() bool) []string {
	out := []string{}
	if c.Name == "apt-get" && shortVerb(c) && !anyYes() {
		out = append(out, "trivy:DS-0021")
	}
	p, ok := plainly(c)
	switch {
	case !ok:
	case p.name == "apt-get" && p.has("install") && p.count("y yes assume-yes") == 0:
		out = append(out, "hadolint:DL3014")
		if shortVerb(c) {
			out = append(out, "kics:apt-get-missing-flags-to-avoid-manual-input")
		}
	case p.name == "yum" && p.has("install groupinstall localinstall") && p.count("y assumeyes") == 0:
		out = append(out, "hadolint:DL3030")
	case p.name == "zypper" && p.has("install in remove rm source-install si patch") && p.count("n non-interactive no-confirm y") == 0:
		out = append(out, "hadolint:DL3034")
	case (p.name == "dnf" || p.name == "microdnf") && p.has("install groupinstall localinstall") && p.count("y assumeyes") == 0:
		out = append(out, "hadolint:DL3038")
	}
	return out
}

// aptInstallHas reports whether any apt-get install of a RUN has an option:
// Trivy searches the whole text of the RUN for it.
func aptInstallHas(run *dockerfile.Run, names string) bool {
	for _, c := range run.Commands {
		if call, ok := callsManager(c); ok && c.Name == "apt-get" && call.verb.Value == "install" && call.asked(names) {
			return true
		}
	}
	return false
}

// shortVerb reports whether nothing but options without a value stands before
// install, as Trivy expects.
func shortVerb(c *dockerfile.Command) bool {
	for _, a := range c.Args {
		if a.Value == "install" {
			return true
		}
		if !strings.HasPrefix(a.Value, "-") || strings.Contains(a.Value, "=") {
			return false
		}
	}
	return false
}
