package deploy

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var undecidedPolicy = rule.Rule{
	ID:       "TW-K231",
	Name:     "undecided-policy",
	Title:    "Admission policy whose answer is not known here",
	Severity: rule.Info,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "Some answers hang on what only the cluster knows: who asks, the labels of a namespace, parameters, fields that it fills in; and policies of Kyverno, Gatekeeper and those that change objects are not evaluated. " +
		"Such an answer is neither a pass nor a refusal. It blocks nothing, and is said so that nobody takes silence for a pass.",
	Fix:  "Nothing has to change. To have it decided, render what it asks for in the same place: the Namespace with its labels, the object of parameters, the field with its value.",
	Refs: refs(practice, "M35"),
	Bad: []string{`
-- policy.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: admins}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
  validations:
  - expression: "'admins' in request.userInfo.groups"
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ what policy admins says of ConfigMap/shop/a and 1 more is not known: request.userInfo is not known before there is a cluster
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: admins}
spec: {policyName: admins, validationActions: [Deny]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: others}
spec: {policyName: others, validationActions: [Deny]}
#                  ^^^^^^ what others demands is not known: its policy others is not in the repository
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
#     ^^^^^^^^^^^^^ ClusterPolicy/labels is not evaluated here: only ValidatingAdmissionPolicy is
metadata: {name: labels}
-- a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: shop}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: b, namespace: shop}
`},
	Good: []string{`
-- policy.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: admins}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
  validations:
  - expression: "object.metadata.name == 'a' || 'admins' in request.userInfo.groups"
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: admins}
spec: {policyName: admins, validationActions: [Deny]}
-- a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: shop}
`},
	Check: rule.EachProject(func(p *rule.Pass) {
		told := p.Project.Admission()
		for _, u := range told.Undecided {
			p.Report(undecided(u))
		}
		for _, o := range told.Foreign {
			f := finding(o.Field("kind"), nil, "%s is not evaluated here: only ValidatingAdmissionPolicy is", o)
			f.Key = o.Name
			f.Fix = undecidedFix()
			p.Report(f)
		}
	}),
}

func undecided(u manifest.Undecided) rule.Finding {
	at, name := u.At, u.At.Object().Name
	if at.Object().Render == nil && len(u.Objects) > 0 {
		at = u.Objects[0].Root()
	}
	what := fmt.Sprintf("what %s demands is", name)
	switch {
	case u.Policy != nil && len(u.Objects) == 0:
		what = fmt.Sprintf("what %s %s demands is", policyWord(u.Policy), name)
	case u.Policy != nil:
		what = fmt.Sprintf("what %s %s says of %s is", policyWord(u.Policy), u.Policy.Object.Name, fewObjects(u.Objects))
	}
	f := finding(at, nil, "%s not known: %s", what, u.Reason)
	f.Key = name + "/" + withoutIndexes(u.At.Path())
	f.Fix = undecidedFix()
	if at.Object().Render == nil {
		f.At, f.Related = source.Span{}, nil // in a file that may be outside of the repository
	}
	return f
}

func undecidedFix() *rule.Fix {
	return &rule.Fix{Title: "nothing has to change; try the objects in a cluster with the policy"}
}

func policyWord(p *manifest.Policy) string {
	if p.Rule != nil {
		return "rule"
	}
	return "policy"
}

// fewObjects names the first object and counts the others.
func fewObjects(objects []*manifest.Object) string {
	names := map[string]bool{}
	for _, o := range objects {
		names[o.String()] = true
	}
	if len(names) == 1 {
		return objects[0].String()
	}
	return fmt.Sprintf("%s and %d more", strings.TrimSpace(objects[0].String()), len(names)-1)
}
