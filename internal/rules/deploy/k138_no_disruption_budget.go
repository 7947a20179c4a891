package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noDisruptionBudget = rule.Rule{
	ID:       "TW-K138",
	Name:     "no-disruption-budget",
	Title:    "Replicated workload without a disruption budget",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Whoever drains nodes, as every upgrade of the cluster does, may stop all replicas at once: nothing says how many must stay.",
	Fix:      "Add a PodDisruptionBudget for the pods' labels with `maxUnavailable: 1`.",
	Refs:     refs(practice, "M70", practice, "M28"),
	Aliases:  []string{"kube-score:deployment-has-poddisruptionbudget", "kube-score:statefulset-has-poddisruptionbudget", "polaris:missingPodDisruptionBudget"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
^^^^ no PodDisruptionBudget for the replicas of Deployment web
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: other, namespace: other}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
`},
	Good: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: one, namespace: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: one}}
  template:
    metadata: {labels: {app: one}}
    spec: {containers: [{name: one, image: "example.com/one:1"}]}
-- budget/web.yaml --
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		if r.Partial || len(r.Workloads()) == 0 {
			return
		}
		budgets := budgetsOf(kindsBeside(p, r, disruptionBudget))
		for _, w := range r.Workloads() {
			c, ok := copiesOf(w)
			if !ok || c.stated && c.n < 2 || slices.ContainsFunc(budgets, func(b budget) bool { return b.guards(w) }) {
				continue
			}
			f := finding(w.Object.Field("spec"), nil, "no PodDisruptionBudget for the replicas of %s", named(w.Object))
			if !c.stated {
				f.Message = "no PodDisruptionBudget for " + named(w.Object) + ", which does not say how often it runs"
			}
			f.Fix = &rule.Fix{Title: "add a PodDisruptionBudget with maxUnavailable: 1"}
			f.Aliases = aliases().
				when(w.Object.Kind == "Deployment", "kube-score:deployment-has-poddisruptionbudget").
				when(w.Object.Kind == "Deployment" && len(w.Labels) > 0, "polaris:missingPodDisruptionBudget").
				when(w.Object.Kind == "StatefulSet", "kube-score:statefulset-has-poddisruptionbudget")
			p.Report(f)
		}
	}),
}
