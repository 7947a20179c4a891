package build

import (
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var uselessCommand = rule.Rule{
	ID:       "TW-D172",
	Name:     "useless-command",
	Title:    "RUN calls a program that has no effect in a build",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Services, processes and mounts do not live longer than their RUN, and nobody sits at the terminal of a build. What calls `service`, `ssh` or `vim` there was written for a machine, and the image holds tools that only help an intruder.",
	Fix:      "Leave the command out, and the package that brings it. What has to run with the program belongs into its entrypoint.",
	Refs:     refs(cis, "4.3", practice, "M4"),
	Aliases:  []string{"hadolint:DL3001"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && service nginx start
#                     ^^^^^^^ service has no lasting effect in a build
RUN ps aux | grep x; /bin/mount -a
#   ^^ ps has no lasting effect in a build
#                    ^^^^^^^^^^ mount has no lasting effect in a build
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get install -y vim && echo service && umount /x
RUN --mount=type=ssh git clone git@example.com:a/b
CMD service nginx start
`},
	Check: rule.EachRun(checkUselessCommand),
}

func checkUselessCommand(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		switch c.Name {
		case "free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim":
		default:
			continue
		}
		var aliases []string
		if written(c) != c.Name {
			aliases = []string{}
		}
		p.Report(rule.Finding{
			Message: c.Name + " has no lasting effect in a build", At: c.Program.At,
			Subject: stageSubject(run.Instruction.Stage), Key: c.Name, Aliases: aliases,
			Fix: &rule.Fix{Title: "leave it out, or do it in the entrypoint"},
		})
	}
}
