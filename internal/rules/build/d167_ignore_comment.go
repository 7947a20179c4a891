package build

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var ignoreComment = rule.Rule{
	ID:       "TW-D167",
	Name:     "ignore-comment",
	Title:    "Comment that silences a check",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "A comment in the file is written by whoever writes the file. Where exceptions are to be decided by somebody else, they belong into the policy, where they have an owner and an end.",
	Fix:      "Take the comment out, and ask for a waiver in `tidewaiter.yaml` with a reason and a date.",
	Refs:     refs(practice, "M17", practice, "M86"),
	Aliases:  []string{"hadolint:DL1001"},
	Bad: []string{`
-- Dockerfile --
# hadolint ignore=DL3006 # known
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ comment silences hadolint:DL3006
FROM debian
# check=skip=JSONArgsRecommended for now
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ comment silences buildkit:JSONArgsRecommended
CMD x
# hadolint global ignore=DL3008,DL3009
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ comment silences hadolint:DL3008, hadolint:DL3009
`},
	Good: []string{`
-- Dockerfile --
# hadolint shell=bash
# ignore this
FROM debian:12
`},
	Check: rule.EachDockerfile(checkIgnoreComments),
}

func checkIgnoreComments(p *rule.Pass, f *dockerfile.File) {
	for _, ig := range f.Ignores {
		what := strings.Join(ig.Rules, ", ")
		finding := rule.Finding{
			Message: "comment silences " + what,
			At:      ig.At,
			Key:     what,
			Fix:     &rule.Fix{Title: "take the comment out, and ask for a waiver in tidewaiter.yaml"},
		}
		if ig.Foreign != "hadolint" {
			finding.Aliases = []string{}
		}
		p.Report(finding)
	}
}
