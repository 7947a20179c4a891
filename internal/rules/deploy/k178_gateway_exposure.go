package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var gatewayExposure = rule.Rule{
	ID:       "TW-K178",
	Name:     "gateway-exposure",
	Title:    "Workload is reachable through a Gateway",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "What a Gateway leads to is open to all callers of the Gateway. It should be known, few, and hold no more rights than it needs.",
	Fix:      "Keep the route if it is meant; name its hosts and paths, and put what is not for everybody behind authentication.",
	Refs:     refs(nist, "4.4.2", practice, "M33", practice, "M82"),
	Aliases:  []string{"kubescape:C-0266"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
^^^^ Pod web is reachable through HTTPRoute web
  containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: public}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec: {gateways: [mesh], http: [{route: [{destination: {host: web}}]}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		for _, e := range p.Graph(w.Object.Render).Exposures(w) {
			if e.Kind != "Gateway" {
				continue
			}
			route := e.Path[max(0, len(e.Path)-2)] // the last is the Service
			f := aggregated(w, w.PodSpec, "gateway", "%s %s is reachable through %s %s", w.Object.Kind, w.Object.Name, route.Kind, route.Name)
			f.At = f.At.FirstLine()
			for _, o := range e.Path {
				f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: o.Field("metadata", "name").Span(), Message: "by way of " + o.Kind + " " + o.Name})
			}
			f.Fix = &rule.Fix{Title: "keep the route if it is meant; name its hosts and paths"}
			p.Report(f)
			return
		}
	}),
}
