package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// clusterMade are ConfigMaps that the cluster puts into every namespace.
var clusterMade = [...]string{"kube-root-ca.crt", "openshift-service-ca.crt", "istio-ca-root-cert", "linkerd-identity-trust-roots"}

// target finds the object that a reference means. there is true where the object
// is somewhere else, or comes to be there later.
func target(p *rule.Pass, w *manifest.Workload, ref manifest.DataReference) (found *manifest.Object, there bool) {
	if o := p.Graph(w.Object.Render).Find(ref.Kind, w.Object.Namespace, ref.Name); o != nil {
		return o, false
	}
	return nil, slices.Contains(clusterMade[:], ref.Name) || !lacking(p, w.Object, ref.Kind, ref.Name)
}

// lacking reports whether an object that another names is nowhere: neither beside
// it nor in another render of the repository, and nothing here says that it makes
// it in the cluster or brings objects from elsewhere. What could not be read
// proves nothing.
func lacking(p *rule.Pass, from *manifest.Object, kind, name string) bool {
	return lackingIn(p, from, kind, from.Namespace, name)
}

// lackingIn is lacking for an object of another namespace.
func lackingIn(p *rule.Pass, from *manifest.Object, kind, namespace, name string) bool {
	if name == "" || strings.ContainsAny(name, "${}<> ") {
		return false
	}
	g := p.Graph(from.Render)
	return !g.Partial && g.Find(kind, namespace, name) == nil && p.Repository().Find(kind, namespace, name) == nil &&
		g.SpokenOf(namespace, name) == nil && g.Brings() == nil
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
