package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// The checks of other tools for cd in a RUN.
const (
	hadolintCD = "hadolint:DL3003"
	trivyCD    = "trivy:DS-0013"
	kicsCD     = "kics:run-command-cd-instead-of-workdir"
)

var directoryChange = rule.Rule{
	ID:       "TW-D173",
	Name:     "directory-change",
	Title:    "RUN changes the directory",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "`cd` holds for one RUN, WORKDIR for all that follow. Long chains of `cd` make it hard to see where files end up, and a `cd` that fails before `;` lets the rest run in the wrong place.",
	Fix:      "Use `WORKDIR`, or options such as `make -C`, `git -C`, `tar -C`.",
	Refs:     refs(practice, "M22"),
	Aliases:  []string{hadolintCD, trivyCD, kicsCD},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN cd /src && make
#   ^^ cd /src holds for this RUN alone
RUN make -C /src && (cd /tmp; rm -rf x)
#                    ^^ cd /tmp holds for this RUN alone
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
WORKDIR /src
RUN make && echo cd /src && bash -c 'cd /x && make'
`},
	Check: rule.EachRun(checkDirectoryChange),
}

func checkDirectoryChange(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		if c.Name != "cd" || c.Inner {
			continue
		}
		p.Report(rule.Finding{
			Message: strings.TrimSpace("cd "+words(c.Args)) + " holds for this RUN alone", At: c.Program.At,
			Subject: stageSubject(run.Instruction.Stage), Key: firstText(c.Args), Aliases: changeAliases(run, c),
			Fix: &rule.Fix{Title: "write WORKDIR above, or give the program the directory: make -C, git -C, tar -C"},
		})
	}
}

// changeAliases returns the checks that find a cd too: Trivy looks after each
// &&, KICS at the first word of RUN only.
func changeAliases(run *dockerfile.Run, c *dockerfile.Command) []string {
	out := []string{}
	if written(c) == "cd" {
		out = append(out, hadolintCD)
	}
	if run.Instruction.OnBuild || run.Exec {
		return out
	}
	if chained(run.Script, "cd ") {
		out = append(out, trivyCD)
	}
	if strings.HasPrefix(strings.TrimSpace(run.Script), "cd ") {
		out = append(out, kicsCD)
	}
	return out
}

// words joins words as written.
func words(list []dockerfile.Word) string {
	var b strings.Builder
	for i, w := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.Text)
	}
	return b.String()
}
