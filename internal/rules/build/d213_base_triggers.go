package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var baseTriggers = rule.Rule{
	ID:       "TW-D213",
	Name:     "base-triggers",
	Title:    "Base image runs instructions of its own in this build",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "ONBUILD instructions of a base image run at the top of every build FROM it, and no line of this file shows them: what they copy, run and fetch is decided by " +
		"whoever owns the base image. What they take from outside is listed among the inputs of the build, and makes the finding medium.",
	Fix:  "Take a base without triggers (the same image without `onbuild` in its tag), and write the instructions here, where they can be reviewed.",
	Refs: refs(practice, "M6"),
	Bad: []string{`
-- Dockerfile --
FROM registry.test/node:onbuild
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^ base image registry.test/node:onbuild runs 2 instructions here: COPY . /app; RUN npm install
-- base/node.json --
{"config": {"OnBuild": ["COPY . /app", "RUN npm install"]}}
`, `
-- Dockerfile --
FROM registry.test/tool:1 AS build
#    ^^^^^^^^^^^^^^^^^^^^ base image registry.test/tool:1 runs an instruction here: COPY --from=ghcr.io/acme/hidden:1 /a /a; it takes ghcr.io/acme/hidden:1 from outside
FROM scratch
COPY --from=build /a /a
-- base/tool.json --
{"config": {"OnBuild": ["COPY --from=ghcr.io/acme/hidden:1 /a /a"]}}
`},
	Good: []string{`
-- Dockerfile --
FROM registry.test/node:1 AS base
ONBUILD COPY . /app
FROM base
-- base/node.json --
{"config": {"Env": ["PATH=/bin"]}}
`},
	Check: rule.EachStage(checkBaseTriggers),
}

func checkBaseTriggers(p *rule.Pass, s *dockerfile.Stage) {
	if s.Image == nil || len(s.Image.OnBuild) == 0 {
		return
	}
	f := rule.Finding{
		Severity: stageSeverity(p.Rule.Severity, s),
		Message:  fmt.Sprintf("base image %s runs %s here: %s", shown(s.Base), countOf(len(s.Image.OnBuild)), clip(strings.Join(s.Image.OnBuild, "; "), 160)),
		At:       s.Base.At,
		Subject:  stageSubject(s),
		Key:      s.Base.Name,
		Fix:      &rule.Fix{Title: "take a base without ONBUILD, and write its instructions here"},
	}
	if taken := takenByTriggers(p.Project.Inputs, s); len(taken) > 0 {
		f.Severity = stageSeverity(rule.Medium, s)
		f.Message += "; it takes " + clip(strings.Join(taken, ", "), 160) + " from outside"
	}
	p.Report(f)
}

// takenByTriggers lists what the triggers of a stage's base take.
func takenByTriggers(all []facts.Input, s *dockerfile.Stage) []string {
	var out []string
	for _, in := range all {
		if in.Trigger != "" && in.At == s.Base.At {
			out = append(out, in.Reference)
		}
	}
	return out
}

func countOf(n int) string {
	if n == 1 {
		return "an instruction"
	}
	return fmt.Sprintf("%d instructions", n)
}

// clip cuts a text that is too long for a message.
func clip(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}
