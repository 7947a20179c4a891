package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var missingDockerignore = rule.Rule{
	ID:       "TW-D243",
	Name:     "missing-dockerignore",
	Title:    "Whole build context is copied and no .dockerignore limits it",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What is copied then depends on what happens to lie in the folder of whoever builds: local settings, keys, installed dependencies, the history of the repository. In a stage of the build it is only noted.",
	Fix:      "Add a `.dockerignore` beside the context's root with `.git`, `.env`, keys and build output, or start it with `*` and list what is needed by `!name`.",
	Refs:     refs(nist, "4.1.4", practice, "M22"),
	Bad: []string{`
-- Dockerfile --
FROM debian:12
COPY . /app
#    ^ the whole build context is copied and there is no .dockerignore in the repository's root
`, `
-- app/Dockerfile --
FROM debian:12 AS build
COPY main.go /app/
ADD ./ /app
#   ^^ the whole build context is copied and there is no .dockerignore in app
-- app/main.go --
`},
	Good: []string{`
-- .dockerignore --
*
!src
-- Dockerfile --
FROM debian:12 AS build
COPY . /app
COPY src /app
FROM debian:12
COPY --from=build . /app
-- src/x --
`, `
-- app/Dockerfile --
FROM debian:12
COPY . /app
-- app/Dockerfile.dockerignore --
.git
-- other/Dockerfile --
FROM debian:12
COPY app /app
`},
	Check: rule.EachInstruction(checkMissingDockerignore, "COPY", "ADD"),
}

func checkMissingDockerignore(p *rule.Pass, in *dockerfile.Instruction) {
	for _, c := range in.FromContext {
		context := in.Stage.File.Context
		if !c.Whole || context.Ignore != nil || c.Git { // git-history says it already
			continue
		}
		where := context.Dir
		if where == "." {
			where = "the repository's root"
		}
		p.Report(rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, in.Stage),
			Message:  fmt.Sprintf("the whole build context is copied and there is no .dockerignore in %s", where),
			At:       c.Word.At,
			Subject:  stageSubject(in.Stage),
			Key:      c.Path,
			Fix:      &rule.Fix{Title: "add a .dockerignore with .git, .env, keys and build output"},
		})
	}
}
