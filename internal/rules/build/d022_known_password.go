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
	Why:      "A password that stands in the Dockerfile is the same in every container of every copy of the image, and known to everyone who can read either. With an empty one `su` asks nothing. A password that comes in by a variable or a secret is low: only its hash is in the image.",
	Fix:      "Give accounts no password: `useradd` and `adduser -D` lock it. A container needs no login; whoever must get in uses `kubectl exec` or keys.",
	Refs:     refs(nist, "4.1.4", practice, "M29"),
	Aliases:  []string{"checkov:CKV2_DOCKER_17"},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN echo "root:toor" | chpasswd
#        ^^^^^^^^^^^ the password of root is written in the Dockerfile
RUN echo "root:${ROOT_PASSWORD}" | chpasswd
#                                  ^^^^^^^^ an account gets a password in the build: its hash is in the image
RUN passwd -d app && useradd -p abc123 bob
#          ^^ an account gets an empty password
#                            ^^ the password of bob is written in the Dockerfile
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN useradd -m app && adduser -D bob && passwd -l app && apt-get install -y passwd
RUN usermod -p '!' app
`},
	Check: rule.EachRun(checkKnownPassword),
}

var nameAndPassword = lazyregexp.New(`^([a-z_][a-z0-9_.-]*):(.+)$`)

func checkKnownPassword(p *rule.Pass, run *dockerfile.Run) {
	report := func(f rule.Finding) {
		f.Severity = flowSeverity(f.Severity, run.Instruction.Stage)
		f.Subject = stageSubject(run.Instruction.Stage)
		f.Fix = &rule.Fix{Title: "leave the account without a password: passwords of new accounts are locked"}
		p.Report(f)
	}
	written := func(at source.Span, who string, aliases []string) {
		report(rule.Finding{Severity: p.Rule.Severity, Message: "the password of " + who + " is written in the Dockerfile", At: at, Key: who, Aliases: aliases})
	}
	for _, c := range run.Commands {
		switch c.Name {
		case "chpasswd":
			if accounts := passwordsFor(c, run); len(accounts) > 0 {
				for _, a := range accounts {
					written(a.At, a.Value, p.Rule.Aliases)
				}
				continue
			}
			report(rule.Finding{Severity: rule.Low, Message: "an account gets a password in the build: its hash is in the image", At: c.Program.At, Key: "chpasswd"})
		case "passwd":
			if w, ok := word(c.Args, "-d", "--delete"); ok {
				report(rule.Finding{Severity: p.Rule.Severity, Message: "an account gets an empty password", At: w.At, Aliases: []string{}})
			}
		case "useradd", "usermod":
			opts, rest := options(c.Args, "-p --password -u -g -G -s -d -c -k -K -b --uid --gid --groups --shell --home --comment")
			o, ok := find(opts, "-p", "--password")
			if ok && len(rest) > 0 && o.value != "" && !strings.ContainsAny(o.value, "$!*") {
				written(o.word.At, rest[0].Value, []string{})
			}
		}
	}
}

// passwordsFor returns the words with a written password that chpasswd is given,
// each with the account as its value.
func passwordsFor(c *dockerfile.Command, run *dockerfile.Run) []dockerfile.Word {
	var out []dockerfile.Word
	add := func(text string, w dockerfile.Word) {
		for line := range strings.Lines(text) {
			if m := nameAndPassword.FindStringSubmatch(strings.TrimSpace(line)); m != nil && !strings.Contains(m[2], "$") && !strings.Contains(m[2], "%s") {
				out = append(out, dockerfile.Word{At: w.At, Value: m[1]})
			}
		}
	}
	for _, from := range run.Commands {
		if from.PipeTo == c && (from.Name == "echo" || from.Name == "printf") {
			for _, a := range from.Args {
				add(strings.ReplaceAll(a.Value, `\n`, "\n"), a)
			}
		}
	}
	add(c.HereDoc, c.Program)
	return out
}
