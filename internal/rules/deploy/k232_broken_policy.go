package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var brokenPolicy = rule.Rule{
	ID:       "TW-K232",
	Name:     "broken-policy",
	Title:    "Admission policy that does not compile",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The API server compiles the expressions of a policy when it is applied and refuses a policy that has a mistake, so nothing is protected by it. A broken rule of the project checks nothing; that is medium.",
	Fix:      "Correct the expression: a validation and a condition are bool, a messageExpression is string, variables are declared before they are used, and `params` needs `paramKind`.",
	Refs:     refs(practice, "M35"),
	Bad: []string{`
-- policy.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: broken}
spec:
  variables:
  - {name: limit, expression: "5"}
  validations:
  - expression: >-
      has(object.spec.replicas) &&
      object.spec.replicas <= variables.limits
#                                      ^ the cluster refuses policy broken: undefined field 'limits'
  - expression: object.spec.replicas
#               ^^^^^^^^^^^^^^^^^^^^ the cluster refuses policy broken: it is dyn and must be bool
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: broken}
spec: {policyName: broken, validationActions: [Deny]}
`, `
-- rule.yaml --
apiVersion: tidewaiter.dev/v1
kind: Rule
metadata: {name: typo}
spec:
  severty: high
#          ^^^^ rule typo is not used: unknown key "severty"; did you mean "severity"?
  validations: [{expression: "true"}]
`},
	Good: []string{`
-- policy.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: fine}
spec:
  variables:
  - {name: limit, expression: "5"}
  - {name: twice, expression: variables.limit * 2}
  validations:
  - expression: object.spec.replicas <= variables.twice
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: fine}
spec: {policyName: fine, validationActions: [Deny]}
`},
	Check: rule.EachProject(func(p *rule.Pass) {
		for _, fault := range p.Project.Admission().Faults {
			if fault.Policy.Given {
				continue // an error of the configuration, found before
			}
			name := fault.Policy.Object.Name
			f := finding(fault.Field, nil, "the cluster refuses policy %s: %s", name, fault.Reason)
			if fault.Policy.Rule != nil {
				f = finding(fault.Field, nil, "rule %s is not used: %s", name, fault.Reason)
				f.Severity = rule.Medium
			}
			f.At = fault.At
			f.Key = name + "/" + fault.Field.Path()
			f.Fix = &rule.Fix{Title: "correct what is named"}
			p.Report(f)
		}
	}),
}
