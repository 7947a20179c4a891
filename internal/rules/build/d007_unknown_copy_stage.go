package build

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var unknownCopyStage = rule.Rule{
	ID:       "TW-D007",
	Name:     "unknown-copy-stage",
	Title:    "Files taken from a name that is no stage",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A name that is no stage is an image: `COPY --from=biulder` pulls `docker.io/library/biulder`, or whatever somebody has registered under that name where the build looks it up. A misspelt stage becomes code of a stranger in your image.",
	Fix:      "Correct the name. Where an image is meant, write it in full with registry, tag and digest; where a named build context is meant, an ignore comment with that reason is the place to say so.",
	Refs:     refs(nist, "4.1.5", practice, "M11"),
	Aliases:  []string{"hadolint:DL3022"},
	Bad: []string{`
-- Dockerfile --
FROM golang:1.26 AS builder
FROM debian:12
COPY --from=biulder /app /app
#           ^^^^^^^ no stage is named biulder, so docker.io/library/biulder is pulled; did you mean builder?
COPY --from=assets /x /x
#           ^^^^^^ no stage is named assets, so docker.io/library/assets is pulled
COPY --from=builder /x /x
COPY --from=2 /x /x
#           ^ no stage has the number 2
COPY --from=$WHERE /x /x
#           ^^^^^^ $WHERE is not filled in here: BuildKit refuses it, others look for an image of that name
`},
	Good: []string{`
-- Dockerfile --
FROM golang:1.26 AS builder
FROM debian:12
COPY --from=Builder /app /app
COPY --from=0 /app /app
COPY --from=busybox /bin/sh /bin/sh
COPY --from=acme/tools /x /x
RUN --mount=type=bind,from=builder,target=/b true
`},
	Check: rule.EachInstruction(checkUnknownCopyStage, "COPY", "ADD", "RUN"),
}

func checkUnknownCopyStage(p *rule.Pass, in *dockerfile.Instruction) {
	for _, i := range importsOf(in) {
		if strings.Contains(i.ref.Written, "$") || i.ref.Stage == nil && isNumeric(i.ref.Text) {
			notFound(p, in, i)
			continue
		}
		if !bareName(i.ref) {
			continue
		}
		f := rule.Finding{
			Severity: stageSeverity(p.Rule.Severity, in.Stage),
			Message:  fmt.Sprintf("no stage is named %s, so %s is pulled", i.ref.Text, i.ref.Canonical),
			At:       i.ref.At,
			Subject:  stageSubject(in.Stage),
			Key:      i.ref.Text,
			Fix:      &rule.Fix{Title: "name a stage of this file, or the image in full with its digest"},
		}
		if in.Keyword != "COPY" {
			f.Aliases = []string{}
		}
		if near := nearestStage(in.Stage.File, i.ref.Text, in.Stage); near != "" {
			f.Severity = stageSeverity(rule.High, in.Stage)
			f.Message += "; did you mean " + near + "?"
			f.Fix = &rule.Fix{Title: "write " + near, Edits: []source.Edit{{Span: i.ref.At, New: near}}}
		}
		p.Report(f)
	}
}

// notFound reports what no builder takes for a stage: a variable, and a number
// that no stage has.
func notFound(p *rule.Pass, in *dockerfile.Instruction, i imported) {
	f := rule.Finding{
		Severity: stageSeverity(rule.High, in.Stage),
		Message:  fmt.Sprintf("no stage has the number %s", i.ref.Text),
		At:       i.ref.At,
		Subject:  stageSubject(in.Stage),
		Key:      i.ref.Written,
		Fix:      &rule.Fix{Title: "name a stage of this file, or the image in full with its digest"},
	}
	if strings.Contains(i.ref.Written, "$") {
		f.Severity = stageSeverity(rule.Medium, in.Stage)
		f.Message = fmt.Sprintf("%s is not filled in here: BuildKit refuses it, others look for an image of that name", i.ref.Written)
		f.Fix = &rule.Fix{Title: "name the image in a FROM of its own, where arguments are filled in, and copy from that stage"}
	}
	if in.Keyword != "COPY" || strings.Contains(i.ref.Written, ":") {
		f.Aliases = []string{}
	}
	p.Report(f)
}
