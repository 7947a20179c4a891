package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// The checks of other tools for sudo.
const (
	hadolintSudo = "hadolint:DL3004"
	trivySudo    = "trivy:DS-0010"
	checkovSudo  = "checkov:CKV2_DOCKER_1"
	kicsSudo     = "kics:run-using-sudo"
	semgrepSudo  = "semgrep:no-sudo-in-dockerfile"
	dockleSudo   = "dockle:DKL-DI-0001"
)

var sudoCommand = rule.Rule{
	ID:       "TW-D029",
	Name:     "sudo-command",
	Title:    "RUN calls sudo",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A step that needs sudo means that the image has it, and an account that may use it without a password: whoever takes that account over is root. sudo also takes the environment away and forwards no signals.",
	Fix:      "Do what needs root before the last `USER`, or change to `USER root` for that step and back after it. An entrypoint gives rights up by `gosu` or `setpriv`.",
	Refs:     refs(cis, "4.8", nist, "4.1.2", practice, "M52"),
	Aliases:  []string{hadolintSudo, trivySudo, checkovSudo, kicsSudo, semgrepSudo, dockleSudo},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && sudo -E apt-get install -y curl
#                     ^^^^ sudo runs apt-get
RUN curl -fsSL https://example.com/key | DEBUG=1 sudo tee /etc/key
#                                                ^^^^ sudo runs tee
RUN ["sudo", "make"]
#     ^^^^ sudo runs make
RUN sudo -v; bash -c 'sudo make'
#   ^^^^ sudo is called
#                     ^^^^ sudo runs make
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get install -y sudo && echo sudo make && gosu app true && adduser app sudo
RUN echo "app ALL=(ALL) NOPASSWD:ALL" > /etc/sudoers.d/app
`},
	Check: rule.EachRun(checkSudoCommand),
}

func checkSudoCommand(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		at, ok := sudoWord(c)
		if !ok {
			continue
		}
		f := rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, run.Instruction.Stage),
			Message:  "sudo runs " + c.Program.Value,
			At:       at,
			Subject:  stageSubject(run.Instruction.Stage),
			Key:      c.Program.Value,
			Aliases:  sudoAliases(run, c),
			Fix:      sudoFix(run, c, at),
		}
		if c.Name == "sudo" {
			f.Message = "sudo is called"
		}
		p.Report(f)
	}
}

// sudoWord returns the word that calls sudo, alone or with a program.
func sudoWord(c *dockerfile.Command) (source.Span, bool) {
	if c.Name == "sudo" {
		return c.Program.At, true
	}
	for _, w := range c.Wrappers {
		if w.Value == "sudo" || strings.HasSuffix(w.Value, "/sudo") {
			return w.At, true
		}
	}
	return source.Span{}, false
}

// sudoAliases returns the checks that find a call of sudo too; most of them look
// for the word in the text of RUN.
func sudoAliases(run *dockerfile.Run, c *dockerfile.Command) []string {
	out := []string{dockleSudo}
	if written(c) == "sudo" {
		out = append(out, hadolintSudo)
	}
	switch {
	case run.Instruction.OnBuild:
	case run.Exec:
		if run.Instruction.Args[0].Value == "sudo" {
			out = append(out, kicsSudo)
		}
	default:
		if chained(run.Script, "sudo") {
			out = append(out, trivySudo, kicsSudo)
		}
		if strings.Contains(run.Script, " sudo ") || strings.HasPrefix(run.Script, "sudo ") {
			out = append(out, checkovSudo)
		}
		if len(run.Commands) == 1 && strings.HasPrefix(run.Script, "sudo ") {
			out = append(out, semgrepSudo)
		}
	}
	return out
}
