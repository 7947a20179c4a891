package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var ignoredSource = rule.Rule{
	ID:       "TW-D240",
	Name:     "ignored-source",
	Title:    "Copied file is left out of the build context",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What `.dockerignore` leaves out never reaches the builder, so the build ends with \"not found\", or, where the source is a wildcard, goes on without the file. One of the two lines is wrong, and it is worth knowing which: often the list names a secret on purpose.",
	Fix:      "Take the file out of `.dockerignore`, or add a line `!name` after the one that leaves it out. Where it was left out on purpose, do not copy it.",
	Refs:     refs(practice, "M27"),
	Aliases:  []string{"buildkit:CopyIgnoredFile"},
	Bad: []string{`
-- .dockerignore --
.env
dist/
**/*.md
-- Dockerfile --
FROM debian:12 AS build
COPY .env main.go /app/
#    ^^^^ .env is left out of the build context by .dockerignore
ADD ./dist/app.js /app/
#   ^^^^^^^^^^^^^ dist/app.js is left out of the build context by .dockerignore
FROM debian:12
COPY docs/*.md /docs/
#    ^^^^^^^^^ docs/*.md is left out of the build context by .dockerignore
COPY /dist /
#    ^^^^^ dist is left out of the build context by .dockerignore
-- main.go --
`, `
-- app/prod.Dockerfile --
FROM debian:12
COPY app/ /app
#    ^^^^ app is left out of the build context by app/prod.Dockerfile.dockerignore
-- app/prod.Dockerfile.dockerignore --
app
-- app/app/x --
`, `
-- .dockerignore --
*
-- Dockerfile --
FROM debian:12
COPY . /app
#    ^ all of the build context is left out of it by .dockerignore
`, `
-- .dockerignore --
config/*
!config/app.yaml
-- config/app.yaml --
-- config/local.yaml --
-- Dockerfile --
FROM debian:12
COPY config/app.yaml config/local.yaml config /app/
#                    ^^^^^^^^^^^^^^^^^ config/local.yaml is left out of the build context by .dockerignore
`},
	Good: []string{`
-- .dockerignore --
*
!src
.git
-- Dockerfile --
FROM debian:12 AS build
COPY . /src
COPY src/main.go /src/
COPY --from=build .git /x
ONBUILD COPY .git /x
ADD https://example.com/.git /x/
COPY <<.git /x
.git
-- src/main.go --
`, `
-- app/Dockerfile --
FROM debian:12
COPY main.go dist /app/
-- app/main.go --
-- .dockerignore --
app
dist
`},
	Check: rule.EachInstruction(checkIgnoredSource, "COPY", "ADD"),
}

func checkIgnoredSource(p *rule.Pass, in *dockerfile.Instruction) {
	for _, c := range in.FromContext {
		if !c.Ignored {
			continue
		}
		list := in.Stage.File.Context.Ignore.Source
		f := rule.Finding{
			Message: fmt.Sprintf("%s is left out of the build context by %s", c.Path, list.Path),
			At:      c.Word.At,
			Subject: stageSubject(in.Stage),
			Key:     c.Path,
			Fix:     &rule.Fix{Title: "take it out of " + list.Path + ", or do not copy it"},
		}
		if c.Whole {
			f.Message = fmt.Sprintf("all of the build context is left out of it by %s", list.Path)
		}
		if !c.Warned { // BuildKit does not look where a pattern takes files in again
			f.Aliases = []string{}
		}
		p.Report(f)
	}
}
