package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// backend is one place of an Ingress or a route that names a Service.
type backend struct {
	// name is the scalar, port that of its port, absent where none is given.
	name, port manifest.Field
	namespace  string
	// path is false for the default backend of an Ingress.
	path bool
}

// actionPort stands where an Ingress of AWS names no Service but an action of its
// annotations. https://kubernetes-sigs.github.io/aws-load-balancer-controller/
const actionPort = "use-annotation"

// backendsOf returns the Services that an Ingress or a route of the Gateway API
// sends to. https://gateway-api.sigs.k8s.io/reference/spec/#backendref
func backendsOf(o *manifest.Object) []backend {
	switch g := o.Group(); {
	case o.Kind == "Ingress" && (g == "networking.k8s.io" || g == "extensions"):
		return ingressBackends(o)
	case strings.HasSuffix(o.Kind, "Route") && g == "gateway.networking.k8s.io":
		return routeBackends(o)
	}
	return nil
}

func ingressBackends(o *manifest.Object) []backend {
	var out []backend
	add := func(f manifest.Field, path bool) {
		b := backend{name: f.Get("serviceName"), port: f.Get("servicePort"), namespace: o.Namespace, path: path}
		if s := f.Get("service"); s.Exists() {
			b.name, b.port = s.Get("name"), s.Get("port", "number")
			if !b.port.Exists() {
				b.port = s.Get("port", "name")
			}
		}
		if b.name.String() != "" && b.port.String() != actionPort {
			out = append(out, b)
		}
	}
	add(o.Field("spec", "defaultBackend"), false)
	add(o.Field("spec", "backend"), false)
	for _, r := range o.Field("spec", "rules").Items() {
		for _, p := range r.Get("http", "paths").Items() {
			add(p.Get("backend"), true)
		}
	}
	return out
}

func routeBackends(o *manifest.Object) []backend {
	var out []backend
	for _, r := range o.Field("spec", "rules").Items() {
		for _, ref := range r.Get("backendRefs").Items() {
			kind, group := ref.Get("kind").String(), ref.Get("group").String()
			if kind != "" && kind != "Service" || group != "" && group != "core" {
				continue
			}
			b := backend{name: ref.Get("name"), port: ref.Get("port"), namespace: o.Namespace, path: true}
			if ns := ref.Get("namespace"); ns.Exists() {
				b.namespace = ns.String()
			}
			out = append(out, b)
		}
	}
	return out
}

// service returns the Service that a backend names, nil where there is none
// among those given.
func (b backend) service(services []*manifest.Object) *manifest.Object {
	for _, s := range services {
		if s.Group() == "" && s.Name == b.name.String() && sameNamespace(s.Namespace, b.namespace) {
			return s
		}
	}
	return nil
}

// has reports whether a Service has the port that a backend names.
func (b backend) has(service *manifest.Object) bool {
	return !b.port.Exists() || slices.ContainsFunc(service.Field("spec", "ports").Items(), func(p manifest.Field) bool {
		return p.Get("port").String() == b.port.String() || p.Get("name").String() == b.port.String()
	})
}
