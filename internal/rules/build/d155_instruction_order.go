package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var instructionOrder = rule.Rule{
	ID:       "TW-D155",
	Name:     "instruction-order",
	Title:    "Instruction before the first FROM",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Only ARG may stand before the first FROM. Builders refuse the file, or an older one drops what stands there: a USER that never takes effect.",
	Fix:      "Move the instruction below the FROM of the stage that it belongs to.",
	Refs:     refs(nist, "4.1.2", practice, "M7"),
	Aliases:  []string{"hadolint:DL3061"},
	Bad: []string{`
-- Dockerfile --
ARG VERSION=12
USER 65532
^^^^ USER stands before the first FROM, where only ARG may
FROM debian:${VERSION}
`, `
-- Dockerfile --
RUN make
^^^ RUN stands in a file without FROM
CMD x
`},
	Good: []string{`
-- Dockerfile --
# syntax=docker/dockerfile:1
ARG VERSION=12
FROM debian:${VERSION}
USER 65532
`},
	Check: rule.EachDockerfile(checkOrder),
}

func checkOrder(p *rule.Pass, f *dockerfile.File) {
	if len(f.Stages) == 0 || !f.Stages[0].Implicit {
		return
	}
	for _, in := range f.Stages[0].Instructions {
		if in.Keyword == "ARG" && !in.OnBuild {
			continue
		}
		finding := rule.Finding{
			Message: fmt.Sprintf("%s stands before the first FROM, where only ARG may", in.Keyword),
			At:      in.KeywordAt,
			Subject: stageSubject(nil),
			Key:     in.Keyword,
			Fix:     &rule.Fix{Title: "move it below the FROM of its stage"},
		}
		if len(f.Stages) == 1 { // a fragment, which something puts a FROM above
			finding.Severity = rule.Info
			finding.Message = fmt.Sprintf("%s stands in a file without FROM", in.Keyword)
			p.Report(finding)
			return
		}
		p.Report(finding)
	}
}
