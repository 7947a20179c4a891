package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var autoscaledReplicas = rule.Rule{
	ID:       "TW-K137",
	Name:     "autoscaled-replicas",
	Title:    "Replicas stated for a workload that an autoscaler scales",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Each time the manifest is applied, the stated number takes the place of what the autoscaler has found to be needed: under load that is a deployment that stops most of the pods.",
	Fix:      "Leave `replicas` out. For an object that exists already, remove the field from the manifest and from the last-applied annotation, or the number goes back to one.",
	Refs:     refs(practice, "M71"),
	Aliases:  []string{"kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
#           ^ each time Deployment web is applied, 3 replicas take the place of what HorizontalPodAutoscaler web has set
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 3, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
`},
	Good: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 3, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.com/db:1"}]}
`},
	Check: eachWorkloadBeside(func(p *rule.Pass, w *manifest.Workload, scalers []*manifest.Object) {
		c, ok := copiesOf(w)
		if !ok || !c.stated {
			return
		}
		by := scales(scalers, w)
		if by == nil {
			return
		}
		f := finding(c.field, nil, "each time %s is applied, %d replicas take the place of what %s has set", named(w.Object), c.n, named(by))
		if at := by.Field("spec", "scaleTargetRef").Span(); at.Valid() {
			f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: at, Message: "scaled by this"})
		}
		f.Fix = &rule.Fix{Title: "leave replicas out"}
		f.Aliases = aliases().when(w.Object.Kind == "Deployment" && by.Kind == autoscaler, p.Rule.Aliases...)
		p.Report(f)
	}, autoscaler, scaledObject),
}
