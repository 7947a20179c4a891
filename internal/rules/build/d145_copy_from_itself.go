package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var copyFromItself = rule.Rule{
	ID:       "TW-D145",
	Name:     "copy-from-itself",
	Title:    "Stage takes files from itself",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A stage that needs its own result cannot be built. Other builders look for an image of that name instead, and take files from whoever has registered it.",
	Fix:      "Name the stage that makes the files, or copy within the stage by `RUN cp`.",
	Refs:     refs(nist, "4.1.5", practice, "M7"),
	Aliases:  []string{"hadolint:DL3023", "trivy:DS-0006"},
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26 AS build
COPY --from=build /app /usr/bin/app
#           ^^^^^ stage build takes files from itself
RUN --mount=type=bind,from=0,target=/x true
#                          ^ stage build takes files from itself
`, `
-- Dockerfile --
FROM golang:1.26 AS a
COPY --from=b /x /x
#           ^ stage a takes files from stage b, which needs stage a
FROM golang:1.26 AS b
COPY --from=c /x /x
#           ^ stage b takes files from stage c, which needs stage b
FROM a AS c
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26 AS a
COPY --from=b /x /x
FROM golang:1.26 AS b
FROM a
COPY --from=a /x /x
COPY --from=b /x /x
`},
	Check: rule.EachDockerfile(checkCopyFromItself),
}

// maxCircles bounds how many references to stages further below are followed in
// one file; no real one has so many.
const maxCircles = 200

func checkCopyFromItself(p *rule.Pass, f *dockerfile.File) {
	followed := 0
	for _, s := range f.Stages {
		for _, in := range s.Instructions {
			for _, i := range importsOf(in) {
				from := i.ref.Stage
				if from == nil || from.Index < s.Index { // a circle needs a step down
					continue
				}
				if followed++; from == s || followed <= maxCircles && needs(from, s) {
					takesFromItself(p, in, i)
				}
			}
		}
	}
}

func takesFromItself(p *rule.Pass, in *dockerfile.Instruction, i imported) {
	from := i.ref.Stage
	f := rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, in.Stage),
		Message:  fmt.Sprintf("%s takes files from itself", stageSubject(in.Stage)),
		At:       i.ref.At,
		Subject:  stageSubject(in.Stage),
		Key:      i.ref.Text,
		Fix:      &rule.Fix{Title: "name the stage that makes the files"},
	}
	if from != in.Stage {
		f.Message = fmt.Sprintf("%s takes files from %s, which needs %[1]s", stageSubject(in.Stage), stageSubject(from))
		f.Related = []source.Related{{At: from.From.Span, Message: "needs the stage that copies from it"}}
	}
	if from != in.Stage || in.Keyword != "COPY" || isNumeric(i.ref.Text) {
		f.Aliases = []string{}
	}
	p.Report(f)
}

// needs reports whether a stage cannot be built without another, or is the same.
func needs(s, other *dockerfile.Stage) bool {
	seen := map[*dockerfile.Stage]bool{}
	open := []*dockerfile.Stage{s}
	for len(open) > 0 {
		s, open = open[len(open)-1], open[:len(open)-1]
		if s == other {
			return true
		}
		if s == nil || seen[s] {
			continue
		}
		seen[s] = true
		open = append(open, s.Parent)
		for _, in := range s.Instructions {
			for _, i := range importsOf(in) {
				open = append(open, i.ref.Stage)
			}
		}
	}
	return false
}
