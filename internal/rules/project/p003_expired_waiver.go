package project

import (
	"fmt"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var expiredWaiver = rule.Rule{
	ID:       "TW-P003",
	Name:     "expired-waiver",
	Title:    "Waiver or ignore whose last day is over",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "An accepted risk was accepted for a time. The time is over: the waiver has no effect any more and what it silenced counts again.",
	Fix:      "Repair what was waived and remove the waiver, or have it accepted again with a new date.",
	Refs:     []rule.Ref{{Standard: "practice", Control: "M17"}},
	Bad: []string{`
-- Dockerfile --
# tidewaiter:ignore untagged-base until=2026-10-31 reason="until the mirror has tags"
^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ignore of untagged-base expired on 2026-10-31
FROM debian
`},
	Good: []string{`
-- Dockerfile --
# tidewaiter:ignore untagged-base until=2026-11-01 reason="the last day still counts"
FROM debian
`},
	Check: rule.EachProject(checkExpiredWaiver),
}

func checkExpiredWaiver(p *rule.Pass) {
	for _, ig := range p.Project.Ignores {
		if ig.Expired(p.Now) {
			reportExpired(p, ig.At, "ignore of "+strings.Join(ig.Rules, ", "), ig.Until)
		}
	}
	for _, w := range p.Project.Waivers {
		if w.Expired(p.Now) {
			reportExpired(p, w.At, "waiver of "+waiverTarget(w), w.Expires)
		}
	}
}

func reportExpired(p *rule.Pass, at source.Span, what string, last time.Time) {
	p.Report(rule.Finding{
		Message: fmt.Sprintf("%s expired on %s", what, last.Format(time.DateOnly)),
		At:      at, Key: what,
		Fix: &rule.Fix{Title: "remove it, or have it accepted again with a new date"},
	})
}

// waiverTarget says in words what a waiver is for.
func waiverTarget(w source.Waiver) string {
	var parts []string
	for _, s := range []string{w.Rule, w.Subject, w.Path, w.Key} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}
