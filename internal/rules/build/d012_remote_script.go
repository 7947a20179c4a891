package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var remoteScript = rule.Rule{
	ID:       "TW-D012",
	Name:     "remote-script",
	Title:    "Script from the network is run without being checked",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`curl … | sh` runs whatever the server says today, with the rights of the build. Nobody has reviewed it, nobody can say later what it was, and a connection that breaks half-way runs half a script. Over plain http anyone on the way writes it; that is reported as high.",
	Fix:      "Download a named version to a file, compare its checksum, then run it; better, install the signed package or copy the binary out of a digest-pinned image.",
	Refs:     refs(cis, "4.11", nist, "4.1.5", practice, "M10"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN curl -fsSL https://example.com/install.sh | sudo -E bash -
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ bash runs what https://example.com/install.sh answers, without a check
RUN bash <(wget -qO- http://example.com/i) && \
#                    ^^^^^^^^^^^^^^^^^^^^ bash runs what http://example.com/i answers, without a check and over plain http
    sh -c "$(curl -fsSL https://example.com/j)" && \
#                       ^^^^^^^^^^^^^^^^^^^^^ sh runs what https://example.com/j answers, without a check
    eval "$(curl https://example.com/k)"
#                ^^^^^^^^^^^^^^^^^^^^^ eval runs what https://example.com/k answers, without a check
RUN curl -sSL https://example.com/l.py | python3 - --yes
#             ^^^^^^^^^^^^^^^^^^^^^^^^ python3 runs what https://example.com/l.py answers, without a check
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN curl -fsSL https://example.com/v | python3 -c 'import json' && curl -s https://example.com/x | bash run.sh
RUN V=$(curl -s https://example.com/version) && bash install.sh "$(curl https://example.com/y)"
RUN curl -fsSLo i.sh https://example.com/i.sh && echo "abc  i.sh" | sha256sum -c && sh i.sh
RUN curl https://example.com/a.tgz | tar xz
RUN curl -s http://localhost:8080/x | sh
`},
	Check: rule.EachRun(checkRemoteScript),
}

func checkRemoteScript(p *rule.Pass, run *dockerfile.Run) {
	for _, c := range run.Commands {
		d, ok := downloads(c)
		if !ok || len(d.urls) == 0 || d.output != "" && c.Name == "curl" {
			continue
		}
		runner := runnerOf(c)
		url := d.urls[0]
		if runner == "" || local(url.Value) {
			continue
		}
		f := rule.Finding{
			Severity: flowSeverity(p.Rule.Severity, run.Instruction.Stage),
			Message:  fmt.Sprintf("%s runs what %s answers, without a check", runner, url.Value),
			At:       url.At,
			Subject:  stageSubject(run.Instruction.Stage),
			Key:      url.Value,
			Fix:      &rule.Fix{Title: "download a named version to a file, compare its checksum, then run it"},
		}
		if strings.HasPrefix(url.Value, "http://") {
			f.Severity = flowSeverity(rule.High, run.Instruction.Stage)
			f.Message += " and over plain http"
		}
		p.Report(f)
	}
}

// runnerOf returns the interpreter that runs a command's output, "" if none.
func runnerOf(c *dockerfile.Command) string {
	for next := c.PipeTo; next != nil; next = next.PipeTo {
		if readsProgram(next) {
			return next.Name
		}
	}
	o := c.Substituted
	if o == nil {
		return ""
	}
	switch name, _ := tool(o); {
	case o.Name == "eval", o.Name == "source", o.Name == ".":
		return o.Name
	case shell(name) && !c.InProcess:
		if script, ok := scriptArgument(o); ok && holds(script, c) {
			return o.Name
		}
	case shell(name) || interpreter(name):
		if first, ok := firstOperand(o); ok && holds(first, c) {
			return o.Name
		}
	}
	return ""
}
