package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var danglingIngress = rule.Rule{
	ID:       "TW-K165",
	Name:     "dangling-ingress",
	Title:    "Ingress or route to a Service that does not exist",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Requests for the path get an error, or go to whatever Service takes the name later on: whoever may create one in the namespace gets the traffic of a public name.",
	Fix:      "Name a Service of the namespace and one of its ports, or take the path away.",
	Refs:     refs(practice, "M33"),
	Aliases:  []string{"kube-linter:dangling-ingress", "kube-score:ingress-targets-service"},
	Bad: []string{`
-- web.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  defaultBackend: {service: {name: fallback, port: {number: 80}}}
#                                  ^^^^^^^^ Ingress web sends to Service fallback, which does not exist here
  rules:
  - host: shop.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 8080}}}}
#                                                                                 ^^^^ Service web, which Ingress web sends to, has no port 8080
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  rules:
  - backendRefs: [{name: webb, port: 80}]
#                        ^^^^ HTTPRoute web sends to Service webb, which does not exist here
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  defaultBackend: {resource: {apiGroup: k8s.example.com, kind: Bucket, name: files}}
  rules:
  - http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}
      - {path: /old, pathType: Prefix, backend: {service: {name: redirect, port: {name: use-annotation}}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: edge}
spec:
  rules:
  - backendRefs: [{name: web, namespace: shop, port: 80}, {group: acme.io, kind: Bucket, name: files}]
-- service/web.yaml --
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		if r.Partial {
			return
		}
		var services []*manifest.Object
		for _, o := range r.Objects {
			for _, b := range backendsOf(o) {
				if services == nil {
					services = kindsBeside(p, r, "Service")
				}
				dangles(p, o, b, b.service(services))
			}
		}
	}),
}

func dangles(p *rule.Pass, o *manifest.Object, b backend, service *manifest.Object) {
	if service != nil && (b.has(service) || service.Field("spec", "type").String() == "ExternalName") {
		return
	}
	linter := o.Kind == "Ingress" && o.APIVersion == "networking.k8s.io/v1"
	score := o.Kind == "Ingress" && b.path
	if service != nil {
		f := finding(b.port, nil, "Service %s, which %s sends to, has no port %s", service.Name, named(o), b.port.String())
		if at := service.Field("spec", "ports").Span(); at.Valid() {
			f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: at, Message: "the ports that it has"})
		}
		f.Key += "(" + b.name.String() + ":" + b.port.String() + ")"
		f.Fix = &rule.Fix{Title: "name one of the Service's ports"}
		f.Aliases = aliases().when(score, "kube-score:ingress-targets-service")
		p.Report(f)
		return
	}
	f := finding(b.name, nil, "%s sends to Service %s, which does not exist here", named(o), b.name.String())
	if !hasWorkloads(o.Render, b.namespace) {
		f.Severity = rule.Info // what it sends to is kept elsewhere altogether
	}
	f.Key += "(" + b.name.String() + ")"
	f.Fix = &rule.Fix{Title: "name a Service of the namespace"}
	f.Aliases = aliases().when(linter, "kube-linter:dangling-ingress").when(score, "kube-score:ingress-targets-service")
	p.Report(f)
}
