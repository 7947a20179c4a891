package deploy

import (
	"fmt"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var refusedByPolicy = rule.Rule{
	ID:       "TW-K230",
	Name:     "refused-by-policy",
	Title:    "Object that an admission policy of the cluster refuses",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "The repository holds a ValidatingAdmissionPolicy and a binding that puts it in force, and the object fails it: the API server refuses it when it is applied. " +
		"The policies are evaluated by Kubernetes' own packages over the objects as rendered, with the API server's defaults. Where the binding only warns the finding is low, where it audits, info; " +
		"where the policy is rendered apart from the object, perhaps for another cluster, it is medium.",
	Fix:  "Change the field so that the policy holds, or the policy, its binding or its parameters so that the object is allowed.",
	Refs: refs(nist, "4.3.3", practice, "M35"),
	Bad: []string{`
-- policy.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: few-replicas}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}]
  validations:
  - expression: object.spec.replicas <= 5
    messageExpression: "'at most 5 replicas, not ' + string(object.spec.replicas)"
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: few-replicas}
spec: {policyName: few-replicas, validationActions: [Deny]}
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 9
#           ^ the cluster refuses Deployment/shop/web: at most 5 replicas, not 9 (policy few-replicas)
  template: {spec: {containers: [{name: web, image: "example.com/web:1"}]}}
`, `
-- cluster/kustomization.yaml --
resources: [policy.yaml]
-- cluster/policy.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: owned}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: ["*"], resources: [configmaps]}]
  validations:
  - {expression: "'owner' in object.metadata.labels", message: say who owns it}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: owned}
spec: {policyName: owned, validationActions: [Warn, Audit]}
-- app/kustomization.yaml --
resources: [settings.yaml]
-- app/settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  labels: {app: web}
# ^^^^^^ a cluster with policy owned warns of ConfigMap/settings: say who owns it
`},
	Good: []string{`
-- policy.yaml --
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: few-replicas}
spec:
  matchConstraints:
    resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]
  validations: [{expression: object.spec.replicas <= 5}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: few-replicas}
spec:
  policyName: few-replicas
  validationActions: [Deny]
  matchResources: {namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [load-test]}]}}
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template: {spec: {containers: [{name: web, image: "example.com/web:1"}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: load-test}
spec:
  replicas: 100
  template: {spec: {containers: [{name: web, image: "example.com/web:1"}]}}
`},
	Check: rule.EachProject(func(p *rule.Pass) {
		for _, r := range p.Project.Admission().Refusals {
			if r.Policy.Rule == nil {
				p.Report(refusal(r))
			}
		}
	}),
}

func refusal(r manifest.Refusal) rule.Finding {
	cluster, policy := "the cluster", fmt.Sprintf(" (policy %s%s)", r.Policy.Object.Name, withParams(r))
	severity := rule.High
	if r.Elsewhere {
		cluster, policy, severity = "a cluster with policy "+r.Policy.Object.Name+withParams(r), "", rule.Medium
	}
	verb := "refuses"
	switch r.Action {
	case "Warn":
		verb, severity = "warns of", rule.Low
	case "Audit":
		verb, severity = "notes in its audit log", rule.Info
	}
	f := finding(r.Field, nil, "%s %s %s: %s%s", cluster, verb, r.Object, r.Message, policy)
	f.Severity = severity
	f.Key = policyKey(r)
	f.Fix = &rule.Fix{Title: "change the field so that policy " + r.Policy.Object.Name + " holds, or what the policy demands"}
	f.Related = relatedPolicy(f.Related, r.Policy, r.Expression, "the policy demands this")
	if r.Binding != nil && r.Binding.Render != nil {
		f.Related = append(f.Related, source.Related{At: r.Binding.Field("spec", "validationActions").Span(), Message: "put in force here"})
	}
	return f
}

func withParams(r manifest.Refusal) string {
	if r.Params == nil {
		return ""
	}
	return " with " + r.Params.String()
}

// policyKey names the policy, and the validation where there are several.
func policyKey(r manifest.Refusal) string {
	key := r.Policy.Object.Name
	if len(r.Policy.Object.Field("spec", "validations").Items()) > 1 {
		key += fmt.Sprintf("/validations[%d]", r.Validation)
	}
	if r.Params != nil {
		key += "/" + r.Params.Name
	}
	return key
}

// relatedPolicy adds where a policy says something; a file that the user named
// may be outside of the repository, where no report can point.
func relatedPolicy(to []source.Related, p *manifest.Policy, at manifest.Field, message string) []source.Related {
	if p == nil || p.Given || !at.Span().Valid() {
		return to
	}
	return append(slices.Clone(to), source.Related{At: at.Span(), Message: message})
}
