package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var idleAutoscaler = rule.Rule{
	ID:       "TW-K136",
	Name:     "idle-autoscaler",
	Title:    "Autoscaler whose limits leave nothing to scale",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "If the least and the most replicas are the same number, the autoscaler never does anything; if the least is more than the most, the API server refuses it.",
	Fix:      "Set `maxReplicas` to what the program may grow to, or take the autoscaler away.",
	Refs:     refs(practice, "M71"),
	Aliases:  []string{"polaris:hpaMaxAvailability"},
	Bad: []string{`
-- hpa.yaml --
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  minReplicas: 3
  maxReplicas: 3
#              ^ HorizontalPodAutoscaler web always keeps 3 replicas: the least and the most are the same
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec:
  minReplicas: 3
  maxReplicas: 2
#              ^ the API server refuses HorizontalPodAutoscaler api: minReplicas is more than maxReplicas
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: none}
spec:
^^^^ HorizontalPodAutoscaler none says no maxReplicas, which the API server demands
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: none}
`},
	Good: []string{`
-- hpa.yaml --
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 3, maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		most := o.Field("spec", "maxReplicas")
		least, stated := o.Field("spec", "minReplicas").Int()
		if !stated {
			least = 1
		}
		n, ok := most.Int()
		if ok && n > least || most.Exists() && !ok || !o.Field("spec", "scaleTargetRef").Exists() {
			return
		}
		f := finding(most, nil, "%s always keeps %d replicas: the least and the most are the same", named(o), n)
		f.Aliases = aliases("polaris:hpaMaxAvailability")
		switch {
		case !ok:
			f.Message, f.Severity = named(o)+" says no maxReplicas, which the API server demands", rule.High
		case n < least:
			f.Severity = rule.High
			f.Message = "the API server refuses " + named(o) + ": minReplicas is more than maxReplicas"
		case !stated:
			f.Aliases = aliases()
		}
		f.Fix = &rule.Fix{Title: "set maxReplicas to what the program may grow to"}
		p.Report(f)
	}, autoscaler),
}
