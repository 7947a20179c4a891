package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var refusedRoute = rule.Rule{
	ID:       "TW-K251",
	Name:     "refused-route",
	Title:    "Route that its Gateway or the other namespace does not allow",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A Gateway takes routes of its own namespace only unless a listener's `allowedRoutes` says more, and a route reaches a Service of another namespace only where a ReferenceGrant there allows it. Otherwise the route is accepted by the API server, and answers with errors.",
	Fix:      "Allow the route's namespace in `allowedRoutes`, name a listener that exists, or add a ReferenceGrant to the namespace of the Service.",
	Refs:     refs(practice, "M33"),
	Bad: []string{`
-- kustomization.yaml --
resources: [edge.yaml]
-- edge.yaml --
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: open, port: 81, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs:
  - {name: edge, namespace: infra, sectionName: http}
#          ^^^^ Gateway edge does not take HTTPRoute web: its listeners take routes of namespace infra only
  - {name: edge, namespace: infra, sectionName: htp}
#                                               ^^^ Gateway edge has no listener htp, which HTTPRoute web names
  rules:
  - backendRefs: [{name: pay, namespace: pay, port: 80}]
#                        ^^^ HTTPRoute web may not send to Service pay of namespace pay: no ReferenceGrant there allows it
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: pay}
spec: {selector: {app: pay}, ports: [{port: 80}]}
`},
	Good: []string{`
-- kustomization.yaml --
resources: [edge.yaml]
-- edge.yaml --
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: infra}
spec:
  gatewayClassName: istio
  listeners:
  - {name: http, port: 80, protocol: HTTP}
  - {name: chosen, port: 81, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {edge: "yes"}}}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: shop}
spec:
  parentRefs: [{name: edge, namespace: infra}, {name: elsewhere, namespace: infra}, {kind: Service, group: "", name: web}]
  rules: [{backendRefs: [{name: pay, namespace: pay, port: 80}, {name: own, port: 80}]}]
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: shop, namespace: pay}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}]
  to: [{group: "", kind: Service}]
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: pay}
spec: {selector: {app: pay}, ports: [{port: 80}]}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if o.Group() != gatewayAPI || !strings.HasSuffix(o.Kind, "Route") || p.Graph(o.Render).Partial {
			return
		}
		for _, ref := range o.Field("spec", "parentRefs").Items() {
			if kind := ref.Get("kind").String(); kind == "" || kind == "Gateway" {
				parentRefuses(p, o, ref)
			}
		}
		for _, b := range backendsOf(o) {
			if b.namespace == o.Namespace || o.Namespace == "" {
				continue
			}
			g := p.Graph(o.Render)
			if g.Find("Service", b.namespace, b.name.String()) == nil || reachGranted(g, o, b) {
				continue // where the Service is not here the grant may be beside it
			}
			f := finding(b.name, nil, "%s may not send to Service %s of namespace %s: no ReferenceGrant there allows it", named(o), b.name.String(), b.namespace)
			f.Key += "." + b.namespace + "/" + b.name.String()
			f.Severity = sureHere(o)
			f.Fix = &rule.Fix{Title: "add a ReferenceGrant to namespace " + b.namespace}
			p.Report(f)
		}
	}),
}

const gatewayAPI = "gateway.networking.k8s.io"

// sureHere is medium in a kustomization, which is applied as a whole, and low where
// more may be applied beside it.
func sureHere(o *manifest.Object) rule.Severity {
	if o.Render.Kustomize {
		return rule.Medium
	}
	return rule.Low
}

// parentRefuses reports a reference to a Gateway of the manifests that does not take
// the route (https://gateway-api.sigs.k8s.io/reference/spec/#allowedroutes).
func parentRefuses(p *rule.Pass, route *manifest.Object, ref manifest.Field) {
	ns := route.Namespace
	if f := ref.Get("namespace"); f.Exists() {
		ns = f.String()
	}
	i := slices.IndexFunc(p.Graph(route.Render).Named("Gateway", ref.Get("name").String()), func(o *manifest.Object) bool {
		return o.Group() == gatewayAPI && o.Namespace == ns
	})
	if i < 0 {
		return
	}
	gateway := p.Graph(route.Render).Named("Gateway", ref.Get("name").String())[i]
	section := ref.Get("sectionName")
	listeners := gateway.Field("spec", "listeners").Items()
	if section.String() != "" {
		listeners = slices.DeleteFunc(listeners, func(l manifest.Field) bool { return l.Get("name").String() != section.String() })
	}
	f := finding(section, nil, "%s has no listener %s, which %s names", named(gateway), section.String(), named(route))
	f.Fix = &rule.Fix{Title: "name a listener of the Gateway"}
	switch {
	case len(listeners) == 0 && section.String() == "":
		return
	case len(listeners) > 0 && slices.ContainsFunc(listeners, func(l manifest.Field) bool { return takes(l, gateway, route) }):
		return
	case len(listeners) > 0:
		f = finding(ref.Get("name"), nil, "%s does not take %s: its listeners take routes of namespace %s only", named(gateway), named(route), gateway.Namespace)
		f.Fix = &rule.Fix{Title: "allow the namespace in allowedRoutes of a listener"}
	}
	f.Key += "." + gateway.Name + "." + section.String()
	f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: gateway.Field("spec", "listeners").Span(), Message: "the listeners"})
	p.Report(f)
}

// takes reports whether a listener takes routes of the route's namespace. What
// labels a namespace has is not looked at.
func takes(listener manifest.Field, gateway, route *manifest.Object) bool {
	from := listener.Get("allowedRoutes", "namespaces", "from").String()
	return from != "" && from != "Same" || gateway.Namespace == route.Namespace || route.Namespace == "" || gateway.Namespace == ""
}

// reachGranted reports whether a ReferenceGrant of the other namespace lets the route
// send there.
func reachGranted(g *manifest.Graph, route *manifest.Object, b backend) bool {
	return slices.ContainsFunc(g.Of("ReferenceGrant"), func(o *manifest.Object) bool {
		from := slices.ContainsFunc(o.Field("spec", "from").Items(), func(f manifest.Field) bool {
			return f.Get("kind").String() == route.Kind && f.Get("namespace").String() == route.Namespace
		})
		to := slices.ContainsFunc(o.Field("spec", "to").Items(), func(f manifest.Field) bool {
			return f.Get("kind").String() == "Service" && (f.Get("name").String() == "" || f.Get("name").String() == b.name.String())
		})
		return o.Namespace == b.namespace && from && to
	})
}
