package project

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unusedWaiver = rule.Rule{
	ID:       "TW-P004",
	Name:     "unused-waiver",
	Title:    "Waiver or ignore that matches no finding",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A waiver that matches nothing is either done, or misspelt and silences nothing. Left in place it silences the next finding that nobody accepted.",
	Fix:      "Remove it, or correct the rule's name, the path or the line it stands above.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M17"}},
	Bad: []string{`
-- Dockerfile --
# tidewaiter:ignore untagged-base reason="no longer needed"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ignore of untagged-base matches no finding
FROM debian:12
`},
	Good: []string{`
-- Dockerfile --
# hadolint ignore=DL3006
FROM debian:12
`},
	Check: rule.AfterAll(checkUnusedWaiver),
}

func checkUnusedWaiver(p *rule.Pass) {
	if p.Project.Changes != nil {
		return // what a waiver is for may be among what was left out
	}
	fix := &rule.Fix{Title: "remove it"}
	for _, ig := range p.Project.Ignores {
		if ig.Foreign != "" || !rule.Counts(ig, p.Now) {
			continue
		}
		if !slices.ContainsFunc(p.Findings, func(f rule.Finding) bool { return f.IgnoredBy(ig) }) {
			names := strings.Join(ig.Rules, ", ")
			p.Report(rule.Finding{Message: "ignore of " + names + " matches no finding", At: ig.At, Key: names, Fix: fix})
		}
	}
	for _, w := range p.Project.Waivers {
		if !w.Expired(p.Now) && !slices.ContainsFunc(p.Findings, func(f rule.Finding) bool { return f.WaivedBy(w) }) {
			p.Report(rule.Finding{Message: "waiver of " + waiverTarget(w) + " matches no finding", At: w.At, Key: waiverTarget(w), Fix: fix})
		}
	}
}
