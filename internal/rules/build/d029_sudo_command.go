package build

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var sudoCommand = rule.Rule{
	ID:       "TW-D029",
	Name:     "sudo-command",
	Title:    "RUN calls sudo",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A step that needs sudo means that the image has it, and an account that may use it without a password: whoever takes that account over is root. sudo also takes the environment away and forwards no signals.",
	Fix:      "Do what needs root before the last `USER`, or change to `USER root` for that step and back after it. An entrypoint gives rights up by `gosu` or `setpriv`.",
	Refs:     refs(cis, "4.8", nist, "4.1.2", practice, "M52"),
	Aliases:  []string{"hadolint:DL3004", "trivy:DS-0010", "checkov:CKV2_DOCKER_1"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN apt-get update && sudo -E apt-get install -y curl
#                     ^^^^ sudo runs apt-get
RUN curl -fsSL https://example.com/key | DEBUG=1 sudo tee /etc/key
#                                                ^^^^ sudo runs tee
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
		at := c.Program.At
		if !at.Valid() || at.Start.Offset < c.At.Start.Offset {
			continue
		}
		before := at.File.Text[c.At.Start.Offset:at.Start.Offset]
		if !slices.Contains(strings.Fields(before), "sudo") {
			continue
		}
		from := c.At.Start.Offset + strings.Index(before, "sudo")
		p.Report(rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, run.Instruction.Stage),
			Message:  "sudo runs " + c.Program.Value,
			At:       at.File.Span(from, from+len("sudo")),
			Subject:  stageSubject(run.Instruction.Stage),
			Key:      c.Program.Value,
			Fix:      &rule.Fix{Title: "do it as root before the last USER, without sudo"},
		})
	}
}
