package deploy

import (
	"cmp"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var customRule = rule.Rule{
	ID:       "TW-K235",
	Name:     "custom-rule",
	Title:    "Object that a rule of this project forbids",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "The project has rules of its own: documents `apiVersion: tidewaiter.dev/v1, kind: Rule`, in the language of admission policies. Each says itself what goes wrong without it and how severe it is. " +
		"The key of a finding is the rule's name, by which it can be waived.",
	Fix:  "What the rule itself says.",
	Refs: refs(practice, "M35"),
	Bad: []string{`
-- rules/owner.yaml --
apiVersion: tidewaiter.dev/v1
kind: Rule
metadata: {name: owner}
spec:
  severity: low
  why: nobody is called when it breaks
  fix: add the label team
  matchConstraints:
    resourceRules: [{apiGroups: [apps], apiVersions: [v1], resources: [deployments]}]
  validations:
  - expression: has(object.metadata.labels) && 'team' in object.metadata.labels
    messageExpression: "object.metadata.name + ' has no label team'"
    field: metadata.labels
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
# ^^^^^^ web has no label team (rule owner)
spec:
  template: {spec: {containers: [{name: web, image: "example.com/web:1"}]}}
`, `
-- rules/shell.yaml --
apiVersion: tidewaiter.dev/v1
kind: Rule
metadata: {name: user-of-image}
spec:
  for: container
  severity: high
  variables:
  - {name: stated, expression: "has(container.securityContext) && has(container.securityContext.runAsUser)"}
  validations:
  - expression: variables.stated || image.User != ''
    message: neither the container nor its image names a user
-- image/web/image.yaml --
platform: linux/amd64
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
#   ^^^^^^^^^ neither the container nor its image names a user (rule user-of-image)
    image: registry.test/web:1
  - name: side
    image: registry.test/web:1
    securityContext: {runAsUser: 1000}
`},
	Good: []string{`
-- rules/budget.yaml --
apiVersion: tidewaiter.dev/v1
kind: Rule
metadata: {name: budget}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [apps], apiVersions: ["*"], resources: [deployments]}]
  matchConditions: [{name: several, expression: object.spec.replicas > 1}]
  validations:
  - expression: >-
      objects.exists(o, o.kind == 'PodDisruptionBudget' &&
        o.spec.selector.matchLabels.all(k, object.spec.template.metadata.labels[k] == o.spec.selector.matchLabels[k]))
    message: no disruption budget selects it
  - expression: overlay == 'app'
-- app/web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "example.com/web:1"}]}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
`},
	Check: rule.EachProject(func(p *rule.Pass) {
		for _, r := range p.Project.Admission().Refusals {
			if r.Policy.Rule != nil {
				p.Report(ownFinding(r))
			}
		}
	}),
}

func ownFinding(r manifest.Refusal) rule.Finding {
	own, name := r.Policy.Rule, r.Policy.Object.Name
	f := finding(r.Field, r.Container, "%s (rule %s)", r.Message, name)
	f.Key = policyKey(r)
	if own.Severity != "" {
		if s, err := rule.ParseSeverity(own.Severity); err == nil {
			f.Severity = s
		}
	}
	f.Fix = &rule.Fix{Title: cmp.Or(own.Fix, "do what rule "+name+" demands")}
	f.Related = relatedPolicy(f.Related, r.Policy, r.Expression, "rule "+name+": "+cmp.Or(own.Why, "it demands this"))
	return f
}
