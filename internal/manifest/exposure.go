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

// String is the way as people write it: "Ingress shop/web -> Service shop/web".
func (e Exposure) String() string {
	steps := make([]string, len(e.Path))
	for i, o := range e.Path {
		steps[i] = o.Kind + " " + strings.TrimPrefix(o.Namespace+"/"+o.Name, "/")
	}
	return strings.Join(steps, " -> ")
}

// A serviceKey names a Service; way is one object that sends to it from outside.
type (
	serviceKey struct{ namespace, name string }
	way        struct {
		kind string
		path []*Object
	}
)

// Exposures returns the ways from outside the cluster to the workload, as far
// as the objects that may stand beside it tell.
func (g *Graph) Exposures(w *Workload) []Exposure {
	g.indexRoutes()
	var out []Exposure
	for _, s := range g.served[w] {
		if s.Type == "LoadBalancer" || s.Type == "NodePort" {
			out = append(out, Exposure{Kind: s.Type, Path: []*Object{s.Object}})
		}
		for _, in := range g.routes[serviceKey{s.Object.Namespace, s.Object.Name}] {
			out = append(out, Exposure{Kind: in.kind, Path: append(slices.Clone(in.path), s.Object)})
		}
	}
	return out
}

// Serving returns the Services that send to the workload.
func (g *Graph) Serving(w *Workload) []*Service {
	g.indexRoutes()
	return g.served[w]
}

// indexRoutes finds which Services send to a workload and what sends to the
// Services from outside, once.
func (g *Graph) indexRoutes() {
	if g.routes != nil {
		return
	}
	g.routes, g.served = map[serviceKey][]way{}, map[*Workload][]*Service{}
	for _, r := range g.Renders {
		for _, s := range r.Services() {
			for _, w := range s.Workloads {
				g.served[w] = append(g.served[w], s)
			}
			g.serveElsewhere(r, s)
		}
		for _, o := range r.Objects {
			kind, path, targets := g.entrance(o)
			for _, t := range targets {
				if known := g.routes[t]; len(known) == 0 || last(known[len(known)-1].path) != o {
					g.routes[t] = append(known, way{kind, append(slices.Clone(path), o)})
				}
			}
		}
	}
}

func last(path []*Object) *Object { return path[len(path)-1] }

// serveElsewhere joins a Service with the workloads of other folders. Without a
// namespace in either manifest nothing says that they belong together.
func (g *Graph) serveElsewhere(r *Render, s *Service) {
	if len(s.Selector) == 0 || s.Object.Namespace == "" || len(g.Renders) < 2 {
		return
	}
	for _, w := range g.workloads[s.Object.Namespace] {
		if w.Object.Render != r && selects(s.Selector, w.Labels) {
			g.served[w] = append(g.served[w], s)
		}
	}
}

// entrance returns what an object that brings traffic from outside sends to, by
// what kind of way, and through which Gateways.
func (g *Graph) entrance(o *Object) (kind string, path []*Object, targets []serviceKey) {
	switch group := o.Group(); {
	case o.Kind == "Ingress" && (group == "networking.k8s.io" || group == "extensions"):
		return "Ingress", nil, ingressTargets(o)
	case o.Kind == "Route" && group == "route.openshift.io":
		return "Ingress", nil, openShiftTargets(o)
	case strings.HasPrefix(o.Kind, "IngressRoute") && (group == "traefik.io" || group == "traefik.containo.us"):
		return "Ingress", nil, serviceRefs(o, o.Field("spec", "routes"), "services")
	case strings.HasSuffix(o.Kind, "Route") && group == "gateway.networking.k8s.io":
		return "Gateway", g.parents(o), serviceRefs(o, o.Field("spec", "rules"), "backendRefs")
	case o.Kind == "VirtualService" && group == "networking.istio.io":
		gateways, outside := g.istioGateways(o)
		if !outside {
			return "", nil, nil
		}
		return "Gateway", gateways, istioTargets(o)
	}
	return "", nil, nil
}

func ingressTargets(o *Object) []serviceKey {
	backends := []Field{o.Field("spec", "defaultBackend"), o.Field("spec", "backend")}
	for _, rule := range o.Field("spec", "rules").Items() {
		for _, p := range rule.Get("http", "paths").Items() {
			backends = append(backends, p.Get("backend"))
		}
	}
	var out []serviceKey
	for _, b := range backends {
		for _, name := range []string{b.Get("service", "name").String(), b.Get("serviceName").String()} {
			if name != "" {
				out = append(out, serviceKey{o.Namespace, name})
			}
		}
	}
	return out
}

// openShiftTargets returns the Service of a Route and those that it gives a share
// of the traffic to.
func openShiftTargets(o *Object) []serviceKey {
	out := []serviceKey{{o.Namespace, o.Field("spec", "to", "name").String()}}
	for _, b := range o.Field("spec", "alternateBackends").Items() {
		out = append(out, serviceKey{o.Namespace, b.Get("name").String()})
	}
	return out
}

// serviceRefs returns the Services that the lists of a route's rules name
// (https://gateway-api.sigs.k8s.io/reference/spec/#backendref,
// https://doc.traefik.io/traefik/reference/routing-configuration/kubernetes/crd/http/ingressroute/).
func serviceRefs(o *Object, rules Field, list string) []serviceKey {
	var out []serviceKey
	for _, rule := range rules.Items() {
		for _, b := range rule.Get(list).Items() {
			ns := o.Namespace
			if f := b.Get("namespace"); f.Exists() {
				ns = f.String()
			}
			if kind := b.Get("kind").String(); kind == "" || kind == "Service" {
				out = append(out, serviceKey{ns, b.Get("name").String()})
			}
		}
	}
	return out
}

// parents returns the Gateways that a route hangs on.
func (g *Graph) parents(route *Object) []*Object {
	var out []*Object
	for _, ref := range route.Field("spec", "parentRefs").Items() {
		ns := route.Namespace
		if f := ref.Get("namespace"); f.Exists() {
			ns = f.String()
		}
		out = append(out, g.gateways("gateway.networking.k8s.io", ns, ref.Get("name").String())...)
	}
	return out
}

func (g *Graph) gateways(group, namespace, name string) []*Object {
	var out []*Object
	for _, o := range g.Named("Gateway", name) {
		if o.Group() == group && o.Namespace == namespace {
			out = append(out, o)
		}
	}
	return out
}

// istioGateways returns the Gateways that a VirtualService names; outside is
// false where it speaks of the mesh only.
func (g *Graph) istioGateways(vs *Object) (gateways []*Object, outside bool) {
	for _, name := range vs.Field("spec", "gateways").Strings() {
		if name == "mesh" {
			continue
		}
		outside = true
		ns := vs.Namespace
		if i := strings.IndexByte(name, '/'); i >= 0 {
			ns, name = name[:i], name[i+1:]
		}
		gateways = append(gateways, g.gateways("networking.istio.io", ns, name)...)
	}
	return gateways, outside
}

// istioTargets returns the Services that a VirtualService sends to, which it names
// by a host name, short or with its namespace.
func istioTargets(vs *Object) []serviceKey {
	var out []serviceKey
	for _, protocol := range []string{"http", "tls", "tcp"} {
		for _, rule := range vs.Field("spec", protocol).Items() {
			for _, route := range rule.Get("route").Items() {
				name, rest, qualified := strings.Cut(route.Get("destination", "host").String(), ".")
				ns, _, _ := strings.Cut(rest, ".")
				if !qualified {
					ns = vs.Namespace
				}
				out = append(out, serviceKey{ns, name})
			}
		}
	}
	return out
}
