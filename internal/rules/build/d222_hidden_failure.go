package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var hiddenFailure = rule.Rule{
	ID:       "TW-D222",
	Name:     "hidden-failure",
	Title:    "Build goes on when a download or a check fails",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Of a pipe only the last command counts, and of a script without `set -e` only the last line. A check whose failure nobody sees protects from nothing, and a download that fails half-way leaves half a file in the image, which is then cached and shipped.",
	Fix:      "Set `SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]` before a RUN with such a pipe (`/bin/ash` with `-eo pipefail` on Alpine; the sh of Debian knows no pipefail), begin here-documents with `set -e`, and join commands with `&&`.",
	Refs:     refs(nist, "4.1.5", practice, "M10"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN sha256sum -c SHA256SUMS | tee /check.log && ./install
#   ^^^^^^^^^ nothing notices when sha256sum fails: tee, which it is piped to, succeeds
RUN curl -fsSL https://example.com/list | sort > /etc/list
#   ^^^^ nothing notices when curl fails: sort, which it is piped to, succeeds
RUN <<SCRIPT
cd /tmp
curl -fsSLO https://example.com/a.tgz
^^^^ the script goes on when curl fails: it has no set -e
gpg --verify a.tgz.asc
^^^ the script goes on when gpg fails: it has no set -e
tar xf a.tgz
SCRIPT
RUN gpg --verify x.asc x; ./x
#   ^^^ the script goes on when gpg fails
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
RUN set -o pipefail; sha256sum -c SHA256SUMS | tee /check.log
RUN curl -fsSL https://example.com/x.tgz | tar xz
RUN gpg --verify x.asc 2>&1 | grep -q "Good signature" && sha256sum -c SUMS || exit 1
RUN curl -fsSL https://example.com/x | grep y > /z
RUN <<SCRIPT
set -e
curl -fsSLO https://example.com/a.tgz
sha256sum -c /src/sums
SCRIPT
RUN <<SCRIPT
curl -fsS https://example.com/ping
SCRIPT
RUN if ! sha256sum -c sums; then exit 1; fi; curl -fsSL https://example.com/optional || true
FROM alpine:3
SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
RUN curl -fsSL https://example.com/list | sort > /etc/list
`},
	Check: rule.EachRun(checkHiddenFailure),
}

func checkHiddenFailure(p *rule.Pass, run *dockerfile.Run) {
	if !run.Parsed {
		return
	}
	document := hereScript(run)
	for i, c := range run.Commands {
		verifies := flow.Verifies(c)
		if !verifies && c.Name != "curl" && c.Name != "wget" {
			continue
		}
		message := ""
		switch {
		case c.PipeTo != nil:
			if next := lastOfPipe(c); !c.Pipefail && !notices(c.PipeTo) && !notices(next) && (verifies || stores(next)) {
				message = fmt.Sprintf("nothing notices when %s fails: %s, which it is piped to, succeeds", c.Name, c.PipeTo.Name)
			}
		case c.Substituted != nil || c.Holds > i+1 || !verifies && !document || ignoredByChoice(run.Commands, i):
		case document:
			message = fmt.Sprintf("the script goes on when %s fails: it has no set -e", c.Name)
		default:
			message = fmt.Sprintf("the script goes on when %s fails", c.Name)
		}
		if message == "" {
			continue
		}
		p.Report(rule.Finding{
			Severity: flowSeverity(p.Rule.Severity, run.Instruction.Stage), Message: message, At: c.Program.At,
			Subject: stageSubject(run.Instruction.Stage), Key: c.At.FirstLine().Text(), Fix: &rule.Fix{Title: failureAdvice(run, c, document)},
		})
	}
}

func failureAdvice(run *dockerfile.Run, c *dockerfile.Command, document bool) string {
	switch {
	case c.PipeTo != nil && strings.Contains(rootStage(run.Instruction.Stage).Base.Name, "alpine"):
		return `write SHELL ["/bin/ash", "-eo", "pipefail", "-c"] above`
	case c.PipeTo != nil:
		return `write SHELL ["/bin/bash", "-o", "pipefail", "-c"] above`
	case document:
		return "begin the script with set -e"
	}
	return "join it to what follows with &&"
}

// hereScript reports whether a RUN's script is a here-document.
func hereScript(run *dockerfile.Run) bool {
	in := run.Instruction
	return !run.Exec && in.Span.Start.Line < in.Span.End.Line && strings.Contains(in.Span.FirstLine().Text(), "<<")
}

func lastOfPipe(c *dockerfile.Command) *dockerfile.Command {
	for c.PipeTo != nil {
		c = c.PipeTo
	}
	return c
}

// notices reports whether a program fails on input that is missing or cut short,
// or another rule speaks of what it runs.
func notices(c *dockerfile.Command) bool {
	switch c.Name {
	case "tar", "bsdtar", "gunzip", "gzip", "zcat", "unzip", "funzip", "xz", "unxz", "xzcat", "bunzip2", "bzip2", "zstd", "unzstd", "cpio", "gpg", "apt-key", "grep", "egrep",
		"sha256sum", "sha512sum", "shasum", "sha1sum", "test", "rpm2cpio", "dpkg", "docker", "patch", "openssl":
		return true
	}
	return flow.ReadsProgram(c) || flow.Verifies(c)
}

// stores reports whether a command's output ends up in a file.
func stores(c *dockerfile.Command) bool {
	if c.Name == "tee" {
		return true
	}
	for _, w := range c.Redirects {
		if !strings.HasPrefix(w.Value, "/dev/") {
			return true
		}
	}
	return false
}

// ignoredByChoice reports whether "|| true" or its like follows a command.
func ignoredByChoice(commands []*dockerfile.Command, at int) bool {
	c := commands[at]
	if at+1 == len(commands) {
		return false
	}
	text := c.At.File.Text
	between := text[min(c.At.End.Offset, len(text)):max(min(commands[at+1].At.Start.Offset, len(text)), c.At.End.Offset)]
	return strings.Contains(between, "||") || strings.Contains(between, "then")
}
