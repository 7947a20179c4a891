package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var interactiveApt = rule.Rule{
	ID:       "TW-D108",
	Name:     "interactive-apt",
	Title:    "apt is called in a script",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "apt is made for people: its manual page says that options and output may change with any release, which scripts do not expect.",
	Fix:      "Write `apt-get`, or `apt-cache` to search.",
	Refs:     refs(practice, "M5"),
	Aliases:  []string{"hadolint:DL3027", "checkov:CKV_DOCKER_9", "kics:run-using-apt"},
	Fixable:  true,
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt update && apt install -y curl && apt list
#   ^^^ apt is made for people, not for scripts
#                 ^^^ apt is made for people, not for scripts
#                                        ^^^ apt is made for people, not for scripts
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && apt-cache search curl && echo apt install
`},
	Check: rule.EachRun(checkApt),
}

func checkApt(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		if c.Name != "apt" {
			continue
		}
		call, _ := callsManager(c)
		f := commandFinding(run, c.Program.At, "apt "+call.verb.Value, "apt is made for people, not for scripts", "write apt-get")
		if listed("install update upgrade remove purge autoremove clean autoclean build-dep download source", call.verb.Value) && c.Program.At.Text() == "apt" {
			f.Fix.Edits = []source.Edit{{Span: c.Program.At, New: "apt-get"}}
		}
		f.Aliases = []string{"kics:run-using-apt"}
		if _, ok := plainly(c); ok {
			f.Aliases = append(f.Aliases, "hadolint:DL3027")
		}
		if strings.Contains(run.Instruction.Span.Text(), " apt ") {
			f.Aliases = append(f.Aliases, "checkov:CKV_DOCKER_9")
		}
		p.Report(f)
	}
}
