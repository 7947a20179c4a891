package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var noOwnerLabel = rule.Rule{
	ID:       "TW-K160",
	Name:     "no-owner-label",
	Title:    "Workload without a label that names its owner",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "When a workload misbehaves or has to be repaired, the first question is whose it is.",
	Fix:      "Add a label such as `owner: team-shop`.",
	Refs:     refs(practice, "M68"),
	Aliases:  []string{"kube-linter:required-label-owner"},
	Settings: []rule.Setting{{Name: "keys", Default: []string{"owner"}, Doc: "What the key of the label holds; one of them is enough."}},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: web}
# ^^^^^^ no label names the owner of Pod web
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {example.com/owner: team-shop}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: eachUnlabelled("labels", "add a label such as owner: team-shop", func(p *rule.Pass, labels map[string]string) bool {
		return someKeyHolds(labels, p.Strings("keys"))
	}, "no label names the owner of %s"),
}
