package build

import (
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

const multipleInstructions = "buildkit:MultipleInstructionsDisallowed"

var repeatedInstruction = rule.Rule{
	ID:       "TW-D143",
	Name:     "repeated-instruction",
	Title:    "CMD, ENTRYPOINT or HEALTHCHECK is given twice in a stage",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Only the last one counts. Whoever reads the first believes that another program starts the container, or that another check decides over its health, than the one that does.",
	Fix:      "Keep the last one and take the others out. To give an ENTRYPOINT its default arguments, one CMD is enough.",
	Refs:     refs(nist, "4.1.2", practice, "M33"),
	Aliases: []string{
		"hadolint:DL3012", "hadolint:DL4003", "hadolint:DL4004", multipleInstructions, "trivy:DS-0007", "trivy:DS-0016", "trivy:DS-0023",
	},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
CMD ["/a"]
^^^ this CMD has no effect: a later one takes its place
HEALTHCHECK CMD /a
^^^^^^^^^^^ this HEALTHCHECK has no effect: a later one takes its place
HEALTHCHECK NONE
CMD ["/b"]
ENTRYPOINT ["/a"]
^^^^^^^^^^ this ENTRYPOINT has no effect: a later one takes its place
ENTRYPOINT ["/b"]
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 AS a
CMD ["/a"]
FROM a
CMD ["/b"]
ENTRYPOINT ["/c"]
HEALTHCHECK CMD /d
ONBUILD CMD ["/e"]
`},
	Check: rule.EachStage(checkRepeated),
}

func checkRepeated(p *rule.Pass, s *dockerfile.Stage) {
	var before [3]*dockerfile.Instruction
	for _, in := range s.Instructions {
		if in.OnBuild {
			continue
		}
		var kind int
		var same []string
		switch in.Keyword {
		case "CMD":
			kind, same = 0, []string{"hadolint:DL4003", multipleInstructions, "trivy:DS-0016"}
		case "ENTRYPOINT":
			kind, same = 1, []string{"hadolint:DL4004", multipleInstructions, "trivy:DS-0007"}
		case "HEALTHCHECK":
			kind, same = 2, []string{"hadolint:DL3012", multipleInstructions, "trivy:DS-0023"}
		default:
			continue
		}
		if old := before[kind]; old != nil {
			p.Report(rule.Finding{
				Severity: stageSeverity(p.Rule.Severity, s),
				Message:  fmt.Sprintf("this %s has no effect: a later one takes its place", old.Keyword),
				At:       old.KeywordAt,
				Related:  []source.Related{{At: in.KeywordAt, Message: "takes its place"}},
				Subject:  stageSubject(s),
				Key:      old.Keyword,
				Aliases:  same,
				Fix:      &rule.Fix{Title: "take it out, or merge it with the last one"},
			})
		}
		before[kind] = in
	}
}
