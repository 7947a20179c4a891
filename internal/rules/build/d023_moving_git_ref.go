package build

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var movingGitRef = rule.Rule{
	ID:       "TW-D023",
	Name:     "moving-git-ref",
	Title:    "Repository cloned at a branch, not at a commit or version",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A branch is whatever was pushed last. The build takes code that nobody on your side has seen, and tomorrow's build takes other code.",
	Fix:      "Name a version, `git clone --branch v1.2.3 …`, or better check out a full commit: `git -C src checkout <commit>`; or use `ADD https://…/repo.git#<commit> /src`.",
	Refs:     refs(nist, "4.1.5", practice, "M6"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
RUN git clone --depth 1 https://github.com/acme/tool.git /src && make -C /src
#                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ https://github.com/acme/tool.git is cloned at its default branch
RUN git clone -b main https://github.com/acme/lib
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ https://github.com/acme/lib is cloned at branch main
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
ARG V
RUN git clone --depth 1 --branch v1.2.3 https://github.com/acme/tool.git /src
RUN git clone --branch=${V} https://github.com/acme/tool.git
RUN git clone https://github.com/acme/lib && cd lib && git checkout 0123456789abcdef0123456789abcdef01234567
RUN git clone /src/local x
`},
	Check: rule.EachRun(checkGitClone),
}

var (
	remoteRepo = lazyregexp.New(`^(https?|git|ssh)://|^[\w.-]+@[\w.-]+:`)
	versionRef = lazyregexp.New(`\d|\$`)
)

// settled reports whether a RUN checks out something of its own choice.
func settled(run *dockerfile.Run) bool {
	return slices.ContainsFunc(run.Commands, func(c *dockerfile.Command) bool {
		_, checkout := word(c.Args, "checkout", "reset", "switch", "fetch")
		return c.Name == "git" && checkout
	})
}

const gitValued = "-C -c -b --branch --depth -o --origin -j --jobs --filter --reference --config --revision"

// clonedFrom returns what "git clone" fetches from another machine.
func clonedFrom(c *dockerfile.Command) (dockerfile.Word, bool) {
	_, operands := options(c.Args, gitValued)
	if len(operands) < 2 || operands[0].Value != "clone" || !remoteRepo.MatchString(operands[1].Value) {
		return dockerfile.Word{}, false
	}
	return operands[1], true
}

func checkGitClone(p *rule.Pass, run *dockerfile.Run) {
	if !strings.Contains(run.Script, "git") || settled(run) {
		return
	}
	for _, c := range run.Commands {
		if c.Name != "git" {
			continue
		}
		url, ok := clonedFrom(c)
		if !ok || local(url.Value) {
			continue
		}
		at := "its default branch"
		opts, _ := options(c.Args, gitValued)
		if o, ok := find(opts, "-b", "--branch", "--revision"); ok {
			if versionRef.MatchString(o.value) {
				continue
			}
			at = "branch " + o.value
		}
		p.Report(rule.Finding{
			Severity: flowSeverity(p.Rule.Severity, run.Instruction.Stage),
			Message:  fmt.Sprintf("%s is cloned at %s", url.Value, at),
			At:       url.At,
			Subject:  stageSubject(run.Instruction.Stage),
			Key:      url.Value,
			Fix:      &rule.Fix{Title: "check out a full commit, or clone a version tag"},
		})
	}
}
