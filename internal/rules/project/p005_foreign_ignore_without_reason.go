package project

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var foreignIgnoreWithoutReason = rule.Rule{
	ID:       "TW-P005",
	Name:     "foreign-ignore-without-reason",
	Title:    "Another tool's ignore comment without a reason",
	Severity: rule.Info,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Ignore comments of other tools are honoured so that a repository can move without rewriting them. Most give no reason, so nobody can tell whether they are still right.",
	Fix:      "Add the reason behind the comment (`# hadolint ignore=DL3008 # pinned by the snapshot mirror`), or write it as `# tidewaiter:ignore`.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M17"}},
	Bad: []string{`
-- Dockerfile --
# hadolint ignore=DL3006
^^^^^^^^^^^^^^^^^^^^^^^^ hadolint ignore of DL3006 gives no reason
FROM debian
`},
	Good: []string{`
-- Dockerfile --
# hadolint ignore=DL3006 # the mirror has one tag only
FROM debian
`},
	Check: rule.EachProject(checkForeignIgnore),
}

func checkForeignIgnore(p *rule.Pass) {
	for _, ig := range p.Project.Ignores {
		if ig.Foreign == "" || ig.Reason != "" {
			continue
		}
		names := strings.ReplaceAll(strings.Join(ig.Rules, ", "), ig.Foreign+":", "")
		p.Report(rule.Finding{Message: ig.Foreign + " ignore of " + names + " gives no reason", At: ig.At, Key: names,
			Fix: &rule.Fix{Title: "add the reason behind it: # … # why this is accepted"}})
	}
}
