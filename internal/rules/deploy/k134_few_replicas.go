package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var fewReplicas = rule.Rule{
	ID:       "TW-K134",
	Name:     "few-replicas",
	Title:    "Workload with few replicas",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "With one replica every drained node and every rollout that goes wrong is an outage; with two, one is left while the other is moved. Programs that may run only once are not meant.",
	Fix:      "Run three replicas, or let an autoscaler keep that many.",
	Refs:     refs(practice, "M71", practice, "M70"),
	Aliases:  []string{"kube-linter:minimum-three-replicas", "kube-score:deployment-replicas", "polaris:deploymentMissingReplicas"},
	Settings: []rule.Setting{{Name: "minimum", Default: 3, Doc: "How many replicas are enough."}},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
#           ^ Deployment web runs 2 replicas
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
^^^^ StatefulSet db runs one replica
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.com/db:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: scaled}
spec:
  selector: {matchLabels: {app: scaled}}
  template:
    metadata: {labels: {app: scaled}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: scaled}
spec: {minReplicas: 3, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: scaled}}
---
apiVersion: v1
kind: Pod
metadata: {name: one}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: eachWorkloadBeside(func(p *rule.Pass, w *manifest.Workload, scalers []*manifest.Object) {
		c, ok := copiesOf(w)
		if !ok || c.n >= int64(p.Int("minimum")) || c.stated && c.n == 0 || scales(scalers, w) != nil {
			return
		}
		f := finding(c.field, nil, "%s runs %d replicas", named(w.Object), c.n)
		if c.n == 1 {
			f.Message = named(w.Object) + " runs one replica"
		}
		f.Fix = &rule.Fix{Title: "run three replicas"}
		deployment := w.Object.Kind == "Deployment"
		f.Aliases = aliases("kube-linter:minimum-three-replicas").
			when(deployment && c.n < 2, "polaris:deploymentMissingReplicas").
			when(deployment && c.n < 2 && serves(w) != nil, "kube-score:deployment-replicas")
		p.Report(f)
	}, autoscaler, scaledObject),
}
