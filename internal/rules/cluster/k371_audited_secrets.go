package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var auditedSecrets = rule.Rule{
	ID:       "TW-K371",
	Name:     "audited-secrets",
	Title:    "Audit log holds the contents of Secrets or tokens",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "At level Request or RequestResponse the log holds what was written or read: everyone who may read the log then has the Secrets.",
	Fix:      "Put a rule of level `Metadata` for secrets, configmaps and tokenreviews before it.",
	Refs:     benchmark("3.2.2", nsa, nsaAudit, nist, "4.3", practice, "M106"),
	Bad: []string{`
-- audit.yaml --
apiVersion: audit.k8s.io/v1
kind: Policy

rules:
- level: Metadata
  resources: [{group: "", resources: [configmaps]}]
- level: Metadata
  resources: [{group: authentication.k8s.io}]
- level: RequestResponse
#        ^^^^^^^^^^^^^^^ the audit log holds the contents of secrets
`},
	Good: []string{`
-- audit.yaml --
apiVersion: audit.k8s.io/v1
kind: Policy

rules:
- level: Metadata
  resources:
  - {group: "", resources: [secrets, configmaps]}
  - {group: authentication.k8s.io, resources: [tokenreviews]}
- level: RequestResponse
`},
	Check: eachAuditPolicy(func(p *rule.Pass, o *manifest.Object) {
		for _, a := range [...]audited{{"", "secrets"}, {"authentication.k8s.io", "tokenreviews"}, {"", "configmaps"}} {
			r := a.bodies(o.Field("rules").Items())
			if !r.Exists() {
				continue
			}
			f := at(r.Get("level"), "", "the audit log holds the contents of %s", a)
			f.Key = a.String()
			f.Fix = &rule.Fix{Title: "put a rule of level Metadata for " + a.resource + " before it"}
			if a.resource == "configmaps" {
				f.Severity = rule.Medium
			}
			p.Report(f)
		}
	}),
}
