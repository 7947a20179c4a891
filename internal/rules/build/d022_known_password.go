package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var knownPassword = rule.Rule{
	ID:       "TW-D022",
	Name:     "known-password",
	Title:    "Account of the image gets a written or empty password",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A password that stands in the Dockerfile is the same in every container of every copy of the image, and known to everyone who can read either. With an empty one `su` asks nothing.",
	Fix:      "Give accounts no password: `useradd` and `adduser -D` lock it. A container needs no login; whoever must get in uses `kubectl exec` or keys.",
	Refs:     refs(nist, "4.1.4", practice, "M29"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN echo "root:toor" | chpasswd
#        ^^^^^^^^^^^ the password of root is written in the Dockerfile
RUN passwd -d app && useradd -p abc123 bob
#          ^^ an account gets an empty password
#                            ^^ the password of bob is written in the Dockerfile
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN useradd -m app && adduser -D bob && passwd -l app && echo "root:$(cat /run/secrets/p)" | chpasswd
RUN echo "root:${ROOT_PASSWORD}" | chpasswd && usermod -p '!' app
`},
	Check: rule.EachRun(checkKnownPassword),
}

var nameAndPassword = lazyregexp.New(`^([a-z_][a-z0-9_.-]*):(.+)$`)

func checkKnownPassword(p *rule.Pass, run *dockerfile.Run) {
	report := func(at source.Span, who string) {
		message := "an account gets an empty password"
		if who != "" {
			message = "the password of " + who + " is written in the Dockerfile"
		}
		p.Report(rule.Finding{
			Severity: flowSeverity(p.Rule.Severity, run.Instruction.Stage), Message: message, At: at, Subject: stageSubject(run.Instruction.Stage),
			Key: who, Fix: &rule.Fix{Title: "leave the account without a password: passwords of new accounts are locked"},
		})
	}
	for _, c := range run.Commands {
		switch c.Name {
		case "echo", "printf":
			if c.PipeTo == nil || c.PipeTo.Name != "chpasswd" {
				continue
			}
			for _, a := range c.Args {
				if m := nameAndPassword.FindStringSubmatch(a.Value); m != nil && !strings.Contains(m[2], "$") && !strings.Contains(m[2], "%s") {
					report(a.At, m[1])
				}
			}
		case "passwd":
			if w, ok := word(c.Args, "-d", "--delete"); ok {
				report(w.At, "")
			}
		case "useradd", "usermod":
			opts, rest := options(c.Args, "-p --password -u -g -G -s -d -c -k -K -b --uid --gid --groups --shell --home --comment")
			o, ok := find(opts, "-p", "--password")
			if ok && len(rest) > 0 && o.value != "" && !strings.ContainsAny(o.value, "$!*") {
				report(o.word.At, rest[0].Value)
			}
		}
	}
}
