package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// A dataRef is one place where a workload asks for a ConfigMap or Secret.
type dataRef struct {
	kind, name, key string
	// at is the name, env the variable it is for, "" for a volume or envFrom.
	at  manifest.Field
	env string
	c   *manifest.Container
}

// references returns what the workload cannot start without.
func references(w *manifest.Workload) []dataRef {
	var out []dataRef
	note := func(kind string, ref manifest.Field, nameKey, env string, c *manifest.Container) {
		optional, _ := ref.Get("optional").Bool()
		name := ref.Get(nameKey)
		if optional || name.String() == "" || strings.ContainsAny(name.String(), "${}<> ") {
			return
		}
		r := dataRef{kind: kind, name: name.String(), at: name, env: env, c: c}
		if env != "" {
			r.key = ref.Get("key").String()
		}
		out = append(out, r)
	}
	for _, c := range w.Containers {
		for _, e := range c.Field.Get("env").Items() {
			note("ConfigMap", e.Get("valueFrom", "configMapKeyRef"), "name", e.Get("name").String(), c)
			note("Secret", e.Get("valueFrom", "secretKeyRef"), "name", e.Get("name").String(), c)
		}
		for _, e := range c.Field.Get("envFrom").Items() {
			note("ConfigMap", e.Get("configMapRef"), "name", "", c)
			note("Secret", e.Get("secretRef"), "name", "", c)
		}
	}
	for _, v := range w.PodSpec.Get("volumes").Items() {
		note("ConfigMap", v.Get("configMap"), "name", "", nil)
		note("Secret", v.Get("secret"), "secretName", "", nil)
		for _, s := range v.Get("projected", "sources").Items() {
			note("ConfigMap", s.Get("configMap"), "name", "", nil)
			note("Secret", s.Get("secret"), "name", "", nil)
		}
	}
	return out
}

// clusterMade are ConfigMaps that the cluster puts into every namespace.
var clusterMade = [...]string{"kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert", "linkerd-identity-trust-roots"}

// target finds the object that a reference means. there is true where the object
// is somewhere else, or comes to be there later.
func target(p *rule.Pass, w *manifest.Workload, ref dataRef) (found *manifest.Object, there bool) {
	if o := p.Graph(w.Object.Render).Find(ref.kind, w.Object.Namespace, ref.name); o != nil {
		return o, false
	}
	return nil, slices.Contains(clusterMade[:], ref.name) || !lacking(p, w.Object, ref.kind, ref.name)
}

// lacking reports whether an object that another names is nowhere: neither beside
// it nor in another render of the repository, and nothing here says that it makes
// it in the cluster or brings objects from elsewhere. What could not be read
// proves nothing.
func lacking(p *rule.Pass, from *manifest.Object, kind, name string) bool {
	if name == "" || strings.ContainsAny(name, "${}<> ") {
		return false
	}
	g := p.Graph(from.Render)
	return !g.Partial && g.Find(kind, from.Namespace, name) == nil && p.Repository().Find(kind, from.Namespace, name) == nil &&
		g.SpokenOf(from.Namespace, name) == nil && g.Brings() == nil
}

// meantToBring reports whether a render shows that it is complete for a kind: it
// is a kustomization, which is applied as a whole, and has objects of that kind
// itself. Anywhere else what is missing may be made by hand, by Terraform or by
// another repository, and a finding about it is low.
func meantToBring(p *rule.Pass, r *manifest.Render, kind string) bool {
	return r.Kustomize && len(p.Graph(r).Of(kind)) > 0
}

// lacksKey reports whether the object has values, but none under the key. One
// without any is filled in later.
func lacksKey(o *manifest.Object, key string) bool {
	values := 0
	for _, part := range []string{"data", "stringData", "binaryData"} {
		for name := range o.Field(part).Entries() {
			if values++; name == key {
				return false
			}
		}
	}
	return values > 0 && key != ""
}
