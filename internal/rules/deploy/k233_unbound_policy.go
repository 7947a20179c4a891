package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var unboundPolicy = rule.Rule{
	ID:       "TW-K233",
	Name:     "unbound-policy",
	Title:    "Admission policy without a binding",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A ValidatingAdmissionPolicy does nothing until a ValidatingAdmissionPolicyBinding names it. No binding in the repository does.",
	Fix:      "Add a ValidatingAdmissionPolicyBinding with the policy's name, and `validationActions: [Warn]` to begin with.",
	Refs:     refs(practice, "M35"),
	Bad: []string{`
-- policy.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: alone}
#                ^^^^^ no binding in the repository puts policy alone in force
spec:
  validations: [{expression: "true"}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: other}
spec: {policyName: other, validationActions: [Deny]}
`},
	Good: []string{`
-- policy/policy.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: bound}
spec:
  validations: [{expression: "true"}]
-- prod/binding.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: bound}
spec: {policyName: bound, validationActions: [Deny]}
`},
	Check: rule.EachProject(func(p *rule.Pass) {
		for _, o := range p.Project.Admission().Unbound {
			f := finding(o.Field("metadata", "name"), nil, "no binding in the repository puts policy %s in force", o.Name)
			f.Key = o.Name
			if o.Render == nil {
				f.At, f.Related = source.Span{}, nil // in a file that may be outside of the repository
			}
			f.Fix = &rule.Fix{Title: "add a ValidatingAdmissionPolicyBinding with policyName: " + o.Name}
			p.Report(f)
		}
	}),
}
