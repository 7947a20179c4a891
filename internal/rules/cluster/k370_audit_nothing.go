package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var auditsNothing = rule.Rule{
	ID:       "TW-K370",
	Name:     "audit-nothing",
	Title:    "Audit policy records nothing",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The first rule that matches a request decides: behind a rule of level None for everything no other is ever reached.",
	Fix:      "Move the rule to the end, or give it the level `Metadata`.",
	Refs:     benchmark("3.2.2", nsa, nsaAudit, nist, "4.3", practice, "M106"),
	Bad: []string{`
-- audit.yaml --
apiVersion: audit.k8s.io/v1
kind: Policy

rules:
- level: None
  users: [system:kube-proxy]
- level: None
#        ^^^^ the audit policy records nothing: this rule holds for every request, and none before it records any
- level: Metadata
`},
	Good: []string{`
-- audit.yaml --
apiVersion: audit.k8s.io/v1
kind: Policy

rules:
- level: None
  nonResourceURLs: [/healthz*]
- level: Metadata
- level: None
`},
	Check: eachAuditPolicy(func(p *rule.Pass, o *manifest.Object) {
		for _, r := range o.Field("rules").Items() {
			if r.Get("level").String() != "None" {
				return
			}
			if everything(r) {
				f := at(r.Get("level"), "", "the audit policy records nothing: this rule holds for every request, and none before it records any")
				f.Fix = set(r.Get("level"), "set level: Metadata", "Metadata")
				p.Report(f)
				return
			}
		}
	}),
}

// everything reports whether a rule names nothing that limits it.
func everything(r manifest.Field) bool {
	for key := range r.Entries() {
		if key != "level" && key != "omitStages" && key != "omitManagedFields" {
			return false
		}
	}
	return true
}
