package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var pipeStatus = rule.Rule{
	ID:       "TW-D185",
	Name:     "pipe-status",
	Title:    "Pipe in a shell without pipefail",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "The last command of a pipe decides whether the step failed. What fails before it is not noticed, and the build goes on with half a file or none.",
	Fix:      "`SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]` above, on Alpine `SHELL [\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]`. The sh of Debian has no such option.",
	Refs:     refs(practice, "M10"),
	Aliases:  []string{"hadolint:DL4006"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN make && dpkg -l | wc -l > /n
#           ^^^^ a failure of dpkg is not noticed, for this shell has no pipefail set
SHELL ["/bin/sh", "-o", "pipefail", "-c"]
RUN x=$(a | b)
#       ^ a failure of a is not noticed, for this shell has no pipefail set
RUN set -o pipefail; a | b
#                    ^ pipefail is set for this RUN alone
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 AS base
SHELL ["/bin/bash", "-euxo", "pipefail", "-c"]
RUN a | b
FROM base
RUN a | b
FROM mcr.microsoft.com/powershell:ubuntu-24.04
SHELL ["pwsh", "-c"]
RUN Get-Variable x | Select-Object y
RUN a || b
`},
	Check: rule.EachStage(checkPipeStatus),
}

func checkPipeStatus(p *rule.Pass, s *dockerfile.Stage) {
	set := s.Parent != nil && stagePipefail(s.Parent)
	for _, in := range s.Instructions {
		switch {
		case in.Keyword == "SHELL":
			set = pipefailShell(in)
		case set || in.Keyword != "RUN" || in.Run == nil || !in.Run.Parsed:
		default:
			if c := firstPipe(in.Run); c != nil {
				reportPipe(p, in, c)
			}
		}
	}
}

// stagePipefail reports whether a stage hands a shell with pipefail on.
func stagePipefail(s *dockerfile.Stage) bool {
	for ; s != nil; s = s.Parent {
		for _, in := range slices.Backward(s.Instructions) {
			if in.Keyword == "SHELL" {
				return pipefailShell(in)
			}
		}
	}
	return false
}

// pipefailShell reports whether a SHELL stops at what fails in a pipe, or knows
// no pipes of that kind.
func pipefailShell(in *dockerfile.Instruction) bool {
	if len(in.Args) == 0 {
		return false
	}
	name := strings.TrimSuffix(lastPart(strings.ToLower(in.Args[0].Value)), ".exe")
	switch name {
	case "cmd", "pwsh", "powershell":
		return true
	case "bash", "zsh", "ash":
		return setsPipefail(in.Args[1:])
	}
	return false
}

// setsPipefail reports whether options hold "-o pipefail", in any cluster.
func setsPipefail(args []dockerfile.Word) bool {
	option := false
	for _, w := range args {
		option = option || strings.HasPrefix(w.Value, "-") && !strings.HasPrefix(w.Value, "--") && strings.Contains(w.Value, "o")
		if w.Value == "pipefail" && option {
			return true
		}
	}
	return false
}

// firstPipe returns the first command of a script that a pipe leads away from.
// Inside of the words of other commands it is their shell that counts, save in
// JSON form, where that shell is the one of the RUN.
func firstPipe(run *dockerfile.Run) *dockerfile.Command {
	if run.Exec && len(run.Commands) > 0 && setsPipefail(run.Commands[0].Args) {
		return nil
	}
	for _, c := range run.Commands {
		if c.PipeTo != nil && (!c.Inner || run.Exec) {
			return c
		}
	}
	return nil
}

func reportPipe(p *rule.Pass, in *dockerfile.Instruction, c *dockerfile.Command) {
	name := c.Name
	if name == "" {
		name = "what stands before the pipe"
	}
	f := rule.Finding{
		Message: "a failure of " + name + " is not noticed, for this shell has no pipefail set",
		At:      c.Program.At, Subject: stageSubject(in.Stage), Key: c.Name,
		Fix: &rule.Fix{Title: `write SHELL ["/bin/bash", "-o", "pipefail", "-c"] above, with /bin/ash on Alpine`},
	}
	if !f.At.Valid() {
		f.At = c.At
	}
	if slices.ContainsFunc(in.Run.Commands, func(c *dockerfile.Command) bool { return c.Name == "set" && setsPipefail(c.Args) }) {
		f.Message = "pipefail is set for this RUN alone"
		f.Fix.Title = "set it by SHELL for all that follow"
	}
	p.Report(f)
}
