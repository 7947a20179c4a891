package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var gitHistory = rule.Rule{
	ID:       "TW-D242",
	Name:     "git-history",
	Title:    "Whole build context is copied with .git in it",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`.git` holds every version of every file, deleted secrets included, the addresses of the remotes, and at times a token of the CI job in its configuration. It also changes with every commit, so the layer is never taken from the cache. In a stage of the build it is only noted: some builds read the version there.",
	Fix:      "Add a line `.git` to `.dockerignore`. A build that needs the version takes it as a build argument, or mounts the folder for one RUN: `RUN --mount=type=bind,source=.git,target=.git`.",
	Refs:     refs(nist, "4.1.4", practice, "M19", practice, "M22"),
	Bad: []string{`
-- .git/HEAD --
-- main.go --
-- Dockerfile --
FROM golang:1.26 AS build
COPY . /src
#    ^ . takes the history of the repository (.git) along; there is no .dockerignore
FROM debian:12
COPY .git /app/.git
#    ^^^^ .git takes the history of the repository (.git) along; there is no .dockerignore
`, `
-- sub/.git --
gitdir: ../.git/modules/sub
-- sub/.dockerignore --
node_modules
-- sub/Dockerfile --
FROM debian:12
COPY * /app/
#    ^ * takes the history of the repository (.git) along; sub/.dockerignore does not leave it out
-- sub/x --
`, `
-- .dockerignore --
node_modules
-- Dockerfile --
FROM debian:12
COPY . /app/
#    ^ . takes the history of a cloned repository (.git) along; .dockerignore does not leave it out
-- x --
`},
	Good: []string{`
-- .git/HEAD --
-- .dockerignore --
.git
-- Dockerfile --
FROM debian:12
COPY . /app/
COPY src .gitignore /app/
-- .gitignore --
-- src/x --
`, `
-- .git/HEAD --
-- sub/.dockerignore --
x
-- sub/Dockerfile --
FROM debian:12
COPY . /app/
-- sub/x --
`, `
-- .git/HEAD --
-- Dockerfile --
FROM debian:12
COPY --exclude=.git . /app/
`},
	Check: rule.EachInstruction(checkGitHistory, "COPY", "ADD"),
}

// takesGit reports whether a source takes .git along: the folder stands there,
// or would in a clone of the repository whose root the context is.
func takesGit(in *dockerfile.Instruction, c dockerfile.Copied) bool {
	context := in.Stage.File.Context
	return c.Git || c.GitOpen && context.Dir == "." && context.Ignore != nil && c.Whole
}

func checkGitHistory(p *rule.Pass, in *dockerfile.Instruction) {
	for _, c := range in.FromContext {
		if c.Ignored || !takesGit(in, c) {
			continue
		}
		whose, why := "the", "there is no .dockerignore"
		if !c.Git {
			whose = "a cloned"
		}
		if list := in.Stage.File.Context.Ignore; list != nil {
			why = list.Source.Path + " does not leave it out"
		}
		p.Report(rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, in.Stage),
			Message:  fmt.Sprintf("%s takes the history of %s repository (.git) along; %s", c.Path, whose, why),
			At:       c.Word.At,
			Subject:  stageSubject(in.Stage),
			Key:      c.Path,
			Fix:      &rule.Fix{Title: "add a line .git to .dockerignore"},
		})
	}
}
