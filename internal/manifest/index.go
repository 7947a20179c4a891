package manifest

import (
	"slices"
	"strings"
)

// Graph is an index over renders whose objects may stand in one cluster: what an
// object names is looked up in it instead of by going over all others. It is not
// safe for concurrent use.
type Graph struct {
	Renders []*Render
	// Partial is true where something of the renders could not be read, so that
	// what is missing in them proves nothing.
	Partial bool

	kinds     map[string][]*Object
	names     map[kindName][]*Object
	workloads map[string][]*Workload   // by namespace
	accounts  map[string][]*Workload   // by the name of the account they run as
	policies  []*Object                // nil until asked for
	spoken    map[string][]*Object     // what custom resources name; nil until asked for
	routes    map[serviceKey][]way     // nil until asked for
	served    map[*Workload][]*Service // nil until asked for
	held      map[*Workload][]Grant    // what Grants has worked out
	bound     *bindings                // nil until asked for
}

type kindName struct{ kind, name string }

// NewGraph indexes renders.
func NewGraph(renders ...*Render) *Graph {
	g := &Graph{
		Renders: renders, kinds: map[string][]*Object{}, names: map[kindName][]*Object{},
		workloads: map[string][]*Workload{}, accounts: map[string][]*Workload{}, held: map[*Workload][]Grant{},
	}
	for _, r := range renders {
		g.Partial = g.Partial || r.Partial
		for _, o := range r.Objects {
			g.kinds[o.Kind] = append(g.kinds[o.Kind], o)
			key := kindName{o.Kind, o.Name}
			g.names[key] = append(g.names[key], o)
		}
		for _, w := range r.Workloads() {
			ns := w.Object.Namespace
			g.workloads[ns] = append(g.workloads[ns], w)
			g.accounts[w.ServiceAccount()] = append(g.accounts[w.ServiceAccount()], w)
		}
	}
	return g
}

// Of returns the objects of some kinds, kind by kind in the order of the renders.
func (g *Graph) Of(kinds ...string) []*Object {
	if len(kinds) == 1 {
		return g.kinds[kinds[0]]
	}
	var out []*Object
	for _, k := range kinds {
		out = append(out, g.kinds[k]...)
	}
	return out
}

// Find returns the object of a kind and name that a reference from a namespace
// means, nil where there is none. An object of the very namespace goes before one
// whose namespace is given only when it is applied; that matches any.
func (g *Graph) Find(kind, namespace, name string) *Object {
	var later *Object
	for _, o := range g.names[kindName{kind, name}] {
		if o.Namespace == namespace {
			return o
		}
		if later == nil && SameNamespace(o.Namespace, namespace) {
			later = o
		}
	}
	return later
}

// Named returns the objects of a kind and name, of whatever namespace.
func (g *Graph) Named(kind, name string) []*Object { return g.names[kindName{kind, name}] }

// SameNamespace compares two namespaces; one that is given only when the
// manifests are applied matches any.
func SameNamespace(a, b string) bool { return a == b || a == "" || b == "" }

// WorkloadsIn returns the workloads of a namespace, spelt as in the manifests.
func (g *Graph) WorkloadsIn(namespace string) []*Workload { return g.workloads[namespace] }

// RunningAs returns the workloads that run as a service account.
func (g *Graph) RunningAs(namespace, account string) []*Workload {
	return slices.DeleteFunc(slices.Clone(g.accounts[account]), func(w *Workload) bool {
		return !SameNamespace(w.Object.Namespace, namespace)
	})
}

// maxMentionDepth bounds how deep a custom resource is looked through, maxMention
// how long a name may be.
const (
	maxMentionDepth = 12
	maxMention      = 253
)

// SpokenOf returns the first custom resource of the namespace that has the name or
// says it anywhere in its spec: an ExternalSecret, a SealedSecret or a Certificate
// says so what it makes in the cluster. Nil where none does.
func (g *Graph) SpokenOf(namespace, name string) *Object {
	if g.spoken == nil {
		g.spoken = map[string][]*Object{}
		for _, r := range g.Renders {
			for _, o := range r.Objects {
				if o.Custom() {
					g.listen(o, o.Field("metadata", "name"), 1)
					g.listen(o, o.Field("spec"), maxMentionDepth)
				}
			}
		}
	}
	for _, o := range g.spoken[name] {
		if SameNamespace(o.Namespace, namespace) {
			return o
		}
	}
	return nil
}

// listen notes the scalars of a custom resource. Those of a pod template name what
// the pods need, which nobody makes by that.
func (g *Graph) listen(o *Object, f Field, depth int) {
	if text := f.String(); text != "" && len(text) <= maxMention {
		if said := g.spoken[text]; len(said) == 0 || said[len(said)-1] != o {
			g.spoken[text] = append(said, o)
		}
		return
	}
	if depth == 0 || f.Get("containers").IsList() {
		return
	}
	for _, v := range f.Entries() {
		g.listen(o, v, depth-1)
	}
	for _, v := range f.Items() {
		g.listen(o, v, depth-1)
	}
}

// Custom reports whether the object is of an API that Kubernetes itself does not
// have.
func (o *Object) Custom() bool {
	g := o.Group()
	return strings.Contains(g, ".") && !strings.HasSuffix(g, ".k8s.io")
}

// bringers are the custom resources that have objects applied which are not in
// the repository: a chart or an application from elsewhere.
var bringers = [...]string{"HelmRelease", "HelmChart", "HelmChartConfig", "HelmChartProxy", "Application", "ApplicationSet", "Kustomization", "GitRepository", "OCIRepository", "Addon", "Bundle"}

// Brings returns a custom resource that has further objects applied, of which
// nothing is known here; nil where there is none.
func (g *Graph) Brings() *Object {
	for _, kind := range bringers {
		for _, o := range g.kinds[kind] {
			if o.Custom() {
				return o
			}
		}
	}
	return nil
}

// Graphs are the graphs of a project: one for every kustomization, which is
// complete by itself, one for all plain manifests, which are read folder by
// folder but applied as people please, and one of everything. Each is made when
// it is first asked for.
type Graphs struct {
	renders    []*Render
	byRender   map[*Render]*Graph
	plain, all *Graph
}

// NewGraphs prepares the graphs of renders.
func NewGraphs(renders []*Render) *Graphs {
	return &Graphs{renders: renders, byRender: map[*Render]*Graph{}}
}

// Of returns the graph of the objects that may stand in one cluster beside those
// of a render.
func (g *Graphs) Of(r *Render) *Graph {
	if !r.Whole() {
		if g.plain == nil {
			var plain []*Render
			for _, other := range g.renders {
				if !other.Whole() {
					plain = append(plain, other)
				}
			}
			g.plain = NewGraph(plain...)
		}
		return g.plain
	}
	out := g.byRender[r]
	if out == nil {
		out = NewGraph(r)
		g.byRender[r] = out
	}
	return out
}

// All returns the graph of everything that the repository has.
func (g *Graphs) All() *Graph {
	if g.all == nil {
		g.all = NewGraph(g.renders...)
	}
	return g.all
}
