package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var danglingAutoscaler = rule.Rule{
	ID:       "TW-K166",
	Name:     "dangling-autoscaler",
	Title:    "Autoscaler of a workload that does not exist",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "An autoscaler whose target is missing, or named with the wrong API group, scales nothing, and the workload that was meant stays as small as it is.",
	Fix:      "Name the workload with its `apiVersion`, `kind` and `name` in `scaleTargetRef`.",
	Refs:     refs(practice, "M33"),
	Aliases:  []string{"kube-linter:dangling-horizontalpodautoscaler", "kube-score:horizontalpodautoscaler-has-target"},
	Bad: []string{`
-- web.yaml --
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  maxReplicas: 9
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: webb
#         ^^^^ HorizontalPodAutoscaler web scales Deployment webb, which does not exist here
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: old}
spec:
  maxReplicas: 9
  scaleTargetRef: {apiVersion: extensions/v1beta1, kind: Deployment, name: web}
#                              ^^^^^^^^^^^^^^^^^^ HorizontalPodAutoscaler old names Deployment web with an apiVersion that is not its own, so it does not find it
---
apiVersion: autoscaling.k8s.io/v1
kind: VerticalPodAutoscaler
metadata: {name: tall}
spec: {targetRef: {apiVersion: apps/v1, kind: StatefulSet, name: web}}
#                                                                ^^^ VerticalPodAutoscaler tall scales StatefulSet web, which does not exist here
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 9, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
-- web/web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		ref := o.Field("spec", "scaleTargetRef")
		if o.Kind == verticalAutoscaler {
			ref = o.Field("spec", "targetRef")
		}
		if o.Render.Partial || ref.Get("name").String() == "" {
			return
		}
		kind, group := ref.Get("kind").String(), ref.Get("apiVersion").String()
		if o.Kind == scaledObject && kind == "" {
			kind = "Deployment"
		}
		group, _, _ = strings.Cut(group, "/")
		if group == "v1" {
			group = ""
		}
		near := false
		for _, t := range p.Graph(o.Render).Named(kind, ref.Get("name").String()) {
			if !sameNamespace(t.Namespace, o.Namespace) {
				continue
			}
			if t.Group() == group || o.Kind == scaledObject && group == "" {
				return
			}
			near = true
		}
		f := finding(ref.Get("name"), nil, "%s scales %s %s, which does not exist here", named(o), kind, ref.Get("name").String())
		f.Fix = &rule.Fix{Title: "name the workload that is meant"}
		switch {
		case near:
			f = finding(ref.Get("apiVersion"), nil, "%s names %s %s with an apiVersion that is not its own, so it does not find it", named(o), kind, ref.Get("name").String())
			f.Fix = &rule.Fix{Title: "name the workload's own apiVersion"}
		case !hasWorkloads(o.Render, o.Namespace):
			f.Severity = rule.Info // the workloads are kept elsewhere altogether
		}
		f.Aliases = aliases().when(o.Kind != verticalAutoscaler, "kube-linter:dangling-horizontalpodautoscaler").when(o.Kind == autoscaler, "kube-score:horizontalpodautoscaler-has-target")
		p.Report(f)
	}, autoscaler, scaledObject, verticalAutoscaler),
}
