package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var blockedEviction = rule.Rule{
	ID:       "TW-K139",
	Name:     "blocked-eviction",
	Title:    "Disruption budget that never lets a pod go",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A budget that allows no disruption at all blocks every drain: upgrades of nodes stop at this pod until somebody deletes the budget, and security fixes of the node wait with them.",
	Fix:      "Allow one pod to be moved: `maxUnavailable: 1`, with two replicas or more.",
	Refs:     refs(practice, "M28", practice, "M99"),
	Aliases:  []string{"kube-linter:pdb-max-unavailable", "kube-linter:pdb-min-available", "polaris:pdbDisruptionsIsZero", "polaris:pdbMinAvailableGreaterThanHPAMinReplicas"},
	Bad: []string{`
-- web.yaml --
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: none, namespace: shop}
spec:
  maxUnavailable: 0%
#                 ^^ PodDisruptionBudget none lets no pod go: nodes cannot be drained
  selector: {matchLabels: {app: none}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: all, namespace: shop}
spec:
  minAvailable: "100%"
#               ^^^^^^ PodDisruptionBudget all lets no pod go: nodes cannot be drained
  selector: {matchLabels: {app: all}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec:
  minAvailable: 3
#               ^ PodDisruptionBudget web lets no pod of Deployment web go while it has 3: nodes cannot be drained
  selector: {matchLabels: {app: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`, `
-- web.yaml --
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec:
  minAvailable: 3
#               ^ PodDisruptionBudget web lets no pod of Deployment web go while it has 2: nodes cannot be drained
  selector: {matchLabels: {app: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec: {minReplicas: 2, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
`},
	Good: []string{`
-- web.yaml --
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec: {maxUnavailable: 10%, selector: {matchLabels: {app: web}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: half, namespace: shop}
spec: {minAvailable: 50%, selector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		budgets := budgetsOf(r.Objects)
		if len(budgets) == 0 {
			return
		}
		scalers := kindsBeside(p, r, autoscaler, scaledObject)
		for _, b := range budgets {
			if f, ok := blocks(b, r.Workloads(), scalers); ok {
				f.Fix = &rule.Fix{Title: "allow one pod to be moved: maxUnavailable: 1"}
				p.Report(f)
			}
		}
	}),
}

// blocks returns the finding about a budget that lets no pod go, by itself or
// given the replicas of the workloads that it guards.
func blocks(b budget, workloads []*manifest.Workload, scalers []*manifest.Object) (rule.Finding, bool) {
	most, least := b.Field("spec", "maxUnavailable"), b.Field("spec", "minAvailable")
	if s, ok := shareOf(most); ok && s.n == 0 {
		f := finding(most, nil, "%s lets no pod go: nodes cannot be drained", named(b.Object))
		f.Aliases = []string{"kube-linter:pdb-max-unavailable", "polaris:pdbDisruptionsIsZero"}
		return f, true
	}
	s, ok := shareOf(least)
	if !ok {
		return rule.Finding{}, false
	}
	if s.percent && s.n >= 100 {
		f := finding(least, nil, "%s lets no pod go: nodes cannot be drained", named(b.Object))
		f.Aliases = []string{"kube-linter:pdb-min-available", "polaris:pdbDisruptionsIsZero"}
		return f, true
	}
	for _, w := range workloads {
		if !b.guards(w) {
			continue
		}
		c, ok := copiesOf(w)
		if !ok {
			continue
		}
		field, by := c.field, scales(scalers, w)
		pods := c.n
		if by != nil {
			field = by.Field("spec", "minReplicas")
			if pods, ok = field.Int(); !ok {
				pods = 1
			}
		}
		if pods == 0 || s.of(pods, true) < pods {
			continue
		}
		f := finding(least, nil, "%s lets no pod of %s go while it has %d: nodes cannot be drained", named(b.Object), named(w.Object), pods)
		if at := field.Span(); at.Valid() {
			f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: at, Message: "how many there are"})
		}
		f.Aliases = aliases().
			when(sameSelector(b, w) && c.n <= s.of(c.n, false), "kube-linter:pdb-min-available").
			when(by != nil && by.Kind == autoscaler && w.Object.Kind == "Deployment" && s.of(pods, true) > pods, "polaris:pdbMinAvailableGreaterThanHPAMinReplicas")
		return f, true
	}
	return rule.Finding{}, false
}
