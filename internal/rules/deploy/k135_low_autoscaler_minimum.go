package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var lowAutoscalerMinimum = rule.Rule{
	ID:       "TW-K135",
	Name:     "low-autoscaler-minimum",
	Title:    "Autoscaler that goes down to few replicas",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "In quiet hours an autoscaler goes down to its minimum, which is one where none is given: then a single drained node is an outage.",
	Fix:      "Set `minReplicas` to three.",
	Refs:     refs(practice, "M71", practice, "M70"),
	Aliases:  []string{"kube-linter:hpa-minimum-three-replicas", "kube-score:horizontalpodautoscaler-replicas", "polaris:hpaMinAvailability"},
	Settings: []rule.Setting{{Name: "minimum", Default: 3, Doc: "How many replicas are enough."}},
	Bad: []string{`
-- hpa.yaml --
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 1
#              ^ HorizontalPodAutoscaler web goes down to one replica
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
^^^^ HorizontalPodAutoscaler api goes down to one replica
  maxReplicas: 9
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
`},
	Good: []string{`
-- hpa.yaml --
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 3, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: queue}
spec: {minReplicaCount: 0, scaleTargetRef: {name: worker}}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		least := o.Field("spec", "minReplicas")
		if o.Kind == scaledObject {
			least = o.Field("spec", "minReplicaCount")
		}
		n, stated := least.Int()
		if !stated {
			n = 1
		}
		if n >= int64(p.Int("minimum")) || stated && n == 0 && o.Kind == scaledObject || !o.Field("spec", "scaleTargetRef").Exists() {
			return
		}
		f := finding(least, nil, "%s goes down to %d replicas", named(o), n)
		if n == 1 {
			f.Message = named(o) + " goes down to one replica"
		}
		f.Fix = &rule.Fix{Title: "keep at least three replicas"}
		f.Aliases = aliases("kube-linter:hpa-minimum-three-replicas").
			when(o.Kind == autoscaler && n < 2, "kube-score:horizontalpodautoscaler-replicas").
			when(o.Kind == autoscaler && n < 2 && stated, "polaris:hpaMinAvailability")
		p.Report(f)
	}, autoscaler, scaledObject),
}
