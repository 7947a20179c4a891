package project

import (
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var notAnalysed = rule.Rule{
	ID:       "TW-P001",
	Name:     "not-analysed",
	Title:    "Input that could not be judged",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What could not be read was not judged. A gate that says nothing about it would let it through unseen.",
	Fix:      "Do what the message says, or exclude the path under `paths.exclude` in `tidewaiter.yaml` if it is not yours to judge.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M31"}},
	Bad: []string{`
-- Dockerfile --
FROM debian:12
BUILD it
^^^^^^^^ not analysed: instruction is not understood in full: unknown instruction: BUILD (did you mean ONBUILD?)
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12
`},
	Check: rule.EachProject(checkNotAnalysed),
}

func checkNotAnalysed(p *rule.Pass) {
	for _, n := range p.Project.NotAnalysed {
		p.Report(rule.Finding{
			Message: "not analysed: " + n.Reason,
			At:      n.At,
			Subject: n.Path,
			Key:     string(n.Concern),
		})
	}
}
