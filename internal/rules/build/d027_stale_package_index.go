package build

import (
	"slices"
	"strings"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var stalePackageIndex = rule.Rule{
	ID:       "TW-D027",
	Name:     "stale-package-index",
	Title:    "Package index is updated in a RUN of its own",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A RUN that only updates the index is cached by its text: later builds install from an index that is weeks old, and with it packages whose flaws are long fixed, or that no mirror has any more.",
	Fix:      "Update and install in one RUN: `RUN apt-get update && apt-get install -y … && rm -rf /var/lib/apt/lists/*`; with apk, `apk add --no-cache …` needs no update.",
	Refs:     refs(cis, "4.7", nist, "4.1.1", practice, "M5"),
	Aliases:  []string{"trivy:DS-0017", "checkov:CKV_DOCKER_5"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update
#   ^^^^^^^^^^^^^^ the index is updated in a RUN that installs nothing, so later builds install from an old one
RUN apt-get install -y curl
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-get install -y curl
RUN apt-get update && apt-get upgrade -y
RUN apt-get update && ./install.sh
RUN --mount=type=cache,target=/var/lib/apt apt-get update
RUN ONLY=1 && echo apt-get update
`},
	Check: rule.EachDockerfile(func(p *rule.Pass, file *dockerfile.File) {
		unbalanced := sync.OnceValue(func() bool { return moreUpdates(file) })
		for in := range file.Instructions() {
			if in.Keyword == "RUN" && in.Run != nil {
				checkStaleIndex(p, in.Run, unbalanced)
			}
		}
	}),
}

func checkStaleIndex(p *rule.Pass, run *dockerfile.Run, unbalanced func() bool) {
	if len(run.Instruction.Mounts) > 0 {
		return
	}
	var update *dockerfile.Command
	for _, c := range run.Commands {
		verb, _ := subcommand(c.Args)
		switch {
		case slices.Contains([]string{"apt-get", "apt", "apk"}, c.Name) && verb == "update":
			update = c
		case !slices.Contains([]string{"", "set", "echo", "export", "rm", "sed", "true", "cd", "apt-get", "apt"}, c.Name),
			(c.Name == "apt-get" || c.Name == "apt") && verb != "clean" && verb != "autoclean":
			return // something that may use the index
		}
	}
	if update == nil {
		return
	}
	f := commandFinding(run, update.At, family(update.Name)+" update",
		"the index is updated in a RUN that installs nothing, so later builds install from an old one", "update and install in the same RUN")
	f.Severity = stageSeverity(p.Rule.Severity, run.Instruction.Stage)
	f.Aliases = []string{"trivy:DS-0017"}
	if unbalanced() {
		f.Aliases = append(f.Aliases, "checkov:CKV_DOCKER_5")
	}
	p.Report(f)
}

// moreUpdates reports whether more RUNs of a file have the word update than a
// word that Checkov takes for an installation: it weighs the two.
func moreUpdates(file *dockerfile.File) bool {
	n := 0
	for in := range file.Instructions() {
		if in.Keyword != "RUN" {
			continue
		}
		text := in.Span.Text()
		if strings.Contains(text, "update") {
			n++
		}
		if strings.Contains(text, "install") || strings.Contains(text, "add") {
			n--
		}
	}
	return n > 0
}
