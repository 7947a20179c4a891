package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var danglingBudget = rule.Rule{
	ID:       "TW-K252",
	Name:     "dangling-disruption-budget",
	Title:    "PodDisruptionBudget that guards no pod",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A budget whose selector matches nothing holds no eviction back: the pods that were meant go all at once when nodes are drained.",
	Fix:      "Select the labels that the pods have.",
	Refs:     refs(practice, "M33"),
	Bad: []string{`
-- kustomization.yaml --
resources: [web.yaml]
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec:
  maxUnavailable: 1
  selector: {matchLabels: {app: wbe}}
# ^^^^^^^^ PodDisruptionBudget web guards no pod: nothing in its namespace has the labels app=wbe
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchExpressions: [{key: app, operator: Exists}]}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: all, namespace: shop}
spec: {maxUnavailable: 1, selector: {}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: elsewhere, namespace: other}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: x}}}
`, `
-- operator.yaml --
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: orders, namespace: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: db, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {cluster: orders}}}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		selector := o.Field("spec", "selector")
		if emptySelector(selector) || partial(p, o.Render) {
			return
		}
		if picked, known := podsOf(p, o.Render, o.Namespace, selector); picked || !known || customBeside(p, o) {
			return
		}
		f := finding(selector, nil, "%s guards no pod: nothing in its namespace has the labels %s", named(o), labels(selector.Get("matchLabels").StringMap()))
		f.Message = strings.TrimSuffix(f.Message, " ")
		f.Fix = &rule.Fix{Title: "select the labels that the pods have"}
		p.Report(f)
	}, disruptionBudget),
}

// customBeside reports whether a custom resource of the namespace may bring pods of
// its own.
func customBeside(p *rule.Pass, o *manifest.Object) bool {
	return slices.ContainsFunc(p.Graph(o.Render).Renders, func(r *manifest.Render) bool {
		return slices.ContainsFunc(r.Objects, func(other *manifest.Object) bool {
			return other.Custom() && other.Namespace == o.Namespace
		})
	})
}
