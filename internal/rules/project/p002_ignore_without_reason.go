package project

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var ignoreWithoutReason = rule.Rule{
	ID:       "TW-P002",
	Name:     "ignore-without-reason",
	Title:    "Ignore comment that does not count: no reason, or malformed",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A finding silenced without a reason cannot be reviewed, neither today nor when it is read again in a year. Such a comment has no effect.",
	Fix:      "Write the comment as `# tidewaiter:ignore rule-name until=2027-01-31 reason=\"why this is accepted\"`.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M17"}},
	Bad: []string{`
-- Dockerfile --
# tidewaiter:ignore untagged-base
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ignore of untagged-base has no reason and does not count
FROM debian
`, `
-- Dockerfile --
# tidewaiter:ignore untagged-base until=soon reason="moving"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ignore of untagged-base does not count: until= is no date of the form YYYY-MM-DD
FROM debian
`},
	Good: []string{`
-- Dockerfile --
# tidewaiter:ignore untagged-base reason="the mirror has one tag only"
FROM debian
`},
	Check: rule.EachProject(checkIgnoreWithoutReason),
}

func checkIgnoreWithoutReason(p *rule.Pass) {
	for _, ig := range p.Project.Ignores {
		if ig.Foreign != "" {
			continue
		}
		names := strings.Join(ig.Rules, ", ")
		var message string
		switch {
		case ig.Problem != "" && names == "":
			message = "ignore does not count: " + ig.Problem
		case ig.Problem != "":
			message = "ignore of " + names + " does not count: " + ig.Problem
		case ig.Reason == "":
			message = "ignore of " + names + " has no reason and does not count"
		default:
			continue
		}
		p.Report(rule.Finding{Message: message, At: ig.At, Key: names,
			Fix: &rule.Fix{Title: `add reason="…" and, if it is for a time, until=YYYY-MM-DD`}})
	}
}
