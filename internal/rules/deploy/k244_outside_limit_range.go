package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var outsideLimitRange = rule.Rule{
	ID:       "TW-K244",
	Name:     "outside-limit-range",
	Title:    "Resources that the LimitRange of the namespace does not allow",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The API server refuses a pod with a container that asks for more or less than the LimitRange of its namespace allows, defaults included: the Deployment is accepted and stays without pods.",
	Fix:      "Ask for what is allowed, or change the LimitRange.",
	Refs:     refs(nsa, nsaNetwork, practice, "M40"),
	Bad: []string{`
-- kustomization.yaml --
namespace: shop
resources: [shop.yaml]
-- shop.yaml --
apiVersion: v1
kind: LimitRange
metadata: {name: bounds}
spec:
  limits:
  - {type: Container, max: {memory: 1Gi}, min: {cpu: 100m}, maxLimitRequestRatio: {cpu: "2"}, defaultRequest: {cpu: 50m}}
  - {type: Pod, max: {memory: 1Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ LimitRange bounds refuses Pod web: the pod has a memory limit of 2304Mi, and 1Gi is the most
  containers:
  - name: web
    image: example.com/web:1
    resources:
      limits: {memory: 2Gi, cpu: 500m}
#                      ^^^ LimitRange bounds refuses Pod web: container web has a memory limit of 2Gi, and 1Gi is the most
#                                ^^^^ LimitRange bounds refuses Pod web: container web has a cpu limit to request of 2.5, and 2 is the most
      requests: {cpu: 200m}
  - name: side
    image: example.com/side:1
    resources: {limits: {memory: 256Mi}}
#   ^^^^^^^^^ LimitRange bounds refuses Pod web: container side has a cpu request of 50m, and 100m is the least
`},
	Good: []string{`
-- kustomization.yaml --
namespace: shop
resources: [shop.yaml]
-- shop.yaml --
apiVersion: v1
kind: LimitRange
metadata: {name: bounds}
spec:
  limits:
  - {type: Container, max: {memory: 1Gi}, min: {cpu: 100m}}
  - {type: Pod, max: {memory: 2Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers: [{name: prepare, image: "example.com/web:1"}]
  containers: [{name: web, image: "example.com/web:1"}, {name: side, image: "example.com/web:1", resources: {limits: {memory: 1024Mi, cpu: 0.1}}}]
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		for _, out := range p.Graph(w.Object.Render).OutOfRange(w) {
			bound := "most"
			if out.Low {
				bound = "least"
			}
			f := finding(out.Field, out.Container, "%s refuses %s: %s has a %s %s of %s, and %s is the %s", named(out.Range), named(w.Object),
				who(out.Container), out.Resource, out.What, out.Amount, out.Bound, bound)
			f.Key += "." + out.What + "." + out.Resource
			f.Severity = firm(out.Range)
			f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: out.Range.Field("spec", "limits").Span(), Message: "what is allowed"})
			f.Fix = &rule.Fix{Title: "ask for what the LimitRange allows"}
			p.Report(f)
		}
	}),
}
