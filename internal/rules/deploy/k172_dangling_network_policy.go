package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var danglingNetworkPolicy = rule.Rule{
	ID:       "TW-K172",
	Name:     "dangling-networkpolicy",
	Title:    "NetworkPolicy selects no pod",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A policy whose selector matches nothing protects nothing, and says so nowhere: most often a label was renamed, or is misspelt, and the pods that were meant are open.",
	Fix:      "Select the labels that the pods have.",
	Refs:     refs(nsa, nsaNetwork, nist, "4.3.3", practice, "M37"),
	Aliases:  []string{"kube-linter:dangling-networkpolicy", "kube-score:networkpolicy-targets-pod", "kubescape:C-0299"},
	Bad: []string{`
-- shop.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector:
# ^^^^^^^^^^^ policy web selects no pod of its namespace
    matchLabels: {app: wbe}
`, `
-- base/kustomization.yaml --
resources: [all.yaml]
-- base/all.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: cache, labels: {app: cache}}
spec: {containers: [{name: web, image: "example.com/cache:1"}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cache}
spec:
  podSelector: {matchLabels: {app: cache}}
# ^^^^^^^^^^^ policy cache selects no pod of its namespace, which it does in other overlays
-- dev/kustomization.yaml --
resources: [../base]
-- prod/kustomization.yaml --
resources: [../base]
patches: [{patch: "{apiVersion: v1, kind: Pod, metadata: {name: cache}, $patch: delete}"}]
`},
	Good: []string{`
-- policies/policy.yaml --
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchExpressions: [{key: app, operator: In, values: [web, cart]}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: elsewhere, namespace: other}
spec: {podSelector: {matchLabels: {app: x}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}}
-- web/web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		selector := o.Field("spec", "podSelector")
		if !isNetworkPolicy(o) || emptySelector(selector) || partial(p, o.Render) {
			return
		}
		if picked, known := podsOf(p, o.Render, o.Namespace, selector); picked || !known {
			return
		}
		f := finding(selector, nil, "policy %s selects no pod of its namespace", o.Name)
		if selectsInOverlay(p, o) {
			f.Severity = rule.Low
			f.Message += ", which it does in other overlays"
		}
		f.Fix = &rule.Fix{Title: "select the labels that the pods have"}
		p.Report(f)
	}, "NetworkPolicy"),
}

// selectsInOverlay reports whether the same policy of the same file selects pods in
// another overlay: one for a part that this overlay leaves out does no harm.
func selectsInOverlay(p *rule.Pass, policy *manifest.Object) bool {
	at := policy.Field("spec", "podSelector").Span()
	for _, other := range p.Repository().Named("NetworkPolicy", policy.Name) {
		selector := other.Field("spec", "podSelector")
		if other.Render == policy.Render || selector.Span() != at {
			continue
		}
		if picked, _ := podsOf(p, other.Render, other.Namespace, selector); picked {
			return true
		}
	}
	return false
}
