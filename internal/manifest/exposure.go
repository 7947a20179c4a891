package manifest

import (
	"slices"
	"strings"
)

// Exposure is one way from outside the cluster to a workload.
type Exposure struct {
	// Kind is "Ingress", "Gateway", "LoadBalancer" or "NodePort".
	Kind string
	// Path leads from the outermost object to the Service.
	Path []*Object
}

// Exposures returns the ways from outside the cluster to the workload, as far
// as the render's own objects tell.
func (r *Render) Exposures(w *Workload) []Exposure {
	var out []Exposure
	for _, s := range r.Services() {
		if !slices.Contains(s.Workloads, w) {
			continue
		}
		if s.Type == "LoadBalancer" || s.Type == "NodePort" {
			out = append(out, Exposure{Kind: s.Type, Path: []*Object{s.Object}})
		}
		for _, o := range r.Objects {
			if kind, gateways, ok := r.leadsTo(o, s.Object); ok {
				out = append(out, Exposure{Kind: kind, Path: append(gateways, o, s.Object)})
			}
		}
	}
	return out
}

// leadsTo reports whether o brings traffic from outside to the Service, by what
// kind of way, and through which Gateways of the render.
func (r *Render) leadsTo(o, service *Object) (kind string, gateways []*Object, ok bool) {
	switch g := o.Group(); {
	case o.Kind == "Ingress" && (g == "networking.k8s.io" || g == "extensions"):
		return "Ingress", nil, o.Namespace == service.Namespace && slices.Contains(ingressBackends(o), service.Name)
	case o.Kind == "Route" && g == "route.openshift.io":
		return "Ingress", nil, o.Namespace == service.Namespace && o.Field("spec", "to", "name").String() == service.Name
	case strings.HasSuffix(o.Kind, "Route") && g == "gateway.networking.k8s.io":
		if !routeBackend(o, service) {
			return "", nil, false
		}
		return "Gateway", r.parents(o), true
	case o.Kind == "VirtualService" && g == "networking.istio.io":
		gateways, outside := r.istioGateways(o)
		return "Gateway", gateways, outside && istioDestination(o, service)
	}
	return "", nil, false
}

func ingressBackends(o *Object) []string {
	backends := []Field{o.Field("spec", "defaultBackend"), o.Field("spec", "backend")}
	for _, rule := range o.Field("spec", "rules").Items() {
		for _, p := range rule.Get("http", "paths").Items() {
			backends = append(backends, p.Get("backend"))
		}
	}
	var names []string
	for _, b := range backends {
		names = append(names, b.Get("service", "name").String(), b.Get("serviceName").String())
	}
	return names
}

// routeBackend reports whether a route of the Gateway API sends to the Service
// (https://gateway-api.sigs.k8s.io/reference/spec/#backendref).
func routeBackend(o, service *Object) bool {
	for _, rule := range o.Field("spec", "rules").Items() {
		for _, b := range rule.Get("backendRefs").Items() {
			ns := o.Namespace
			if f := b.Get("namespace"); f.Exists() {
				ns = f.String()
			}
			kind := b.Get("kind").String()
			if (kind == "" || kind == "Service") && b.Get("name").String() == service.Name && ns == service.Namespace {
				return true
			}
		}
	}
	return false
}

// parents returns the Gateways of the render that a route hangs on.
func (r *Render) parents(route *Object) []*Object {
	var out []*Object
	for _, ref := range route.Field("spec", "parentRefs").Items() {
		ns := route.Namespace
		if f := ref.Get("namespace"); f.Exists() {
			ns = f.String()
		}
		for _, o := range r.Objects {
			if o.Kind == "Gateway" && o.Group() == "gateway.networking.k8s.io" && o.Name == ref.Get("name").String() && o.Namespace == ns {
				out = append(out, o)
			}
		}
	}
	return out
}

// istioGateways returns the Gateways of the render that a VirtualService names;
// outside is false where it speaks of the mesh only.
func (r *Render) istioGateways(vs *Object) (gateways []*Object, outside bool) {
	for _, name := range vs.Field("spec", "gateways").Strings() {
		if name == "mesh" {
			continue
		}
		outside = true
		ns := vs.Namespace
		if i := strings.IndexByte(name, '/'); i >= 0 {
			ns, name = name[:i], name[i+1:]
		}
		for _, o := range r.Objects {
			if o.Kind == "Gateway" && o.Group() == "networking.istio.io" && o.Name == name && o.Namespace == ns {
				gateways = append(gateways, o)
			}
		}
	}
	return gateways, outside
}

// istioDestination reports whether a VirtualService sends to the Service, which
// it names by a host name, short or with its namespace.
func istioDestination(vs, service *Object) bool {
	for _, protocol := range []string{"http", "tls", "tcp"} {
		for _, rule := range vs.Field("spec", protocol).Items() {
			for _, route := range rule.Get("route").Items() {
				name, rest, qualified := strings.Cut(route.Get("destination", "host").String(), ".")
				ns, _, _ := strings.Cut(rest, ".")
				if name == service.Name && (qualified && ns == service.Namespace || !qualified && vs.Namespace == service.Namespace) {
					return true
				}
			}
		}
	}
	return false
}
