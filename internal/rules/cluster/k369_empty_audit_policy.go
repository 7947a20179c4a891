package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var emptyAuditPolicy = rule.Rule{
	ID:       "TW-K369",
	Name:     "empty-audit-policy",
	Title:    "Audit policy has no rules",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The API server does not start with a policy that has no rules.",
	Fix:      "Add rules; the last one may be `- level: Metadata`, which holds for all that no other names.",
	Refs:     benchmark("3.2.1", nsa, nsaAudit, nist, "4.3", practice, "M106"),
	Bad: []string{`
-- audit.yaml --
apiVersion: audit.k8s.io/v1
kind: Policy
rules: []
^^^^^ the audit policy has no rules: the API server refuses it
`},
	Good: []string{`
-- audit.yaml --
apiVersion: audit.k8s.io/v1
kind: Policy
rules: [{level: Metadata}]
`},
	Check: eachAuditPolicy(func(p *rule.Pass, o *manifest.Object) {
		if len(o.Field("rules").Items()) == 0 {
			f := at(o.Field("rules"), "", "the audit policy has no rules: the API server refuses it")
			f.Fix = &rule.Fix{Title: "add a rule of level Metadata"}
			p.Report(f)
		}
	}),
}
