package cluster

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var auditGap = rule.Rule{
	ID:       "TW-K372",
	Name:     "audit-gap",
	Title:    "Audit policy leaves out what attackers do",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Who reads Secrets, runs commands in containers or opens ways into pods is what an audit log is kept for.",
	Fix:      "Record secrets, configmaps and tokenreviews, changes of pods and deployments, and the subresources exec, portforward and proxy at level `Metadata` or above.",
	Refs:     benchmark("3.2.2", nsa, nsaAudit, nist, "4.3", practice, "M106"),
	Aliases:  []string{"kubescape:C-0161"},
	Bad: []string{`
-- audit.yaml --
apiVersion: audit.k8s.io/v1
kind: Policy

rules:
^^^^^ the audit policy does not record requests about pods/portforward, pods/proxy, services/proxy
- level: None
  users: [system:kube-proxy]
- level: RequestResponse
  resources: [{group: "", resources: [pods, pods/exec]}]
- level: Metadata
  resources: [{group: "", resources: [secrets, configmaps]}, {group: apps}, {group: authentication.k8s.io}]
`},
	Good: []string{`
-- audit.yaml --
apiVersion: audit.k8s.io/v1
kind: Policy
rules: [{level: None, users: [system:kube-proxy]}, {level: Metadata}]
`},
	Check: eachAuditPolicy(func(p *rule.Pass, o *manifest.Object) {
		rules := o.Field("rules").Items()
		var gaps []string
		for _, a := range concerns {
			if len(rules) > 0 && a.silent(rules) {
				gaps = append(gaps, a.String())
			}
		}
		if len(gaps) > 0 {
			f := at(o.Field("rules"), "", "the audit policy does not record requests about %s", strings.Join(gaps, ", "))
			f.Fix = &rule.Fix{Title: "add a rule of level Metadata for them"}
			p.Report(f)
		}
	}),
}

// concerns are what the benchmark wants recorded.
var concerns = [...]audited{
	{"", "secrets"}, {"", "configmaps"}, {"authentication.k8s.io", "tokenreviews"}, {"", "pods"}, {"apps", "deployments"},
	{"", "pods/exec"}, {"", "pods/portforward"}, {"", "pods/proxy"}, {"", "services/proxy"},
}
