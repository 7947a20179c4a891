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

// target finds the object that a reference means. madeLater is true where
// something else of the render makes it in the cluster.
func target(p *rule.Pass, w *manifest.Workload, ref dataRef) (found *manifest.Object, madeLater bool) {
	if slices.Contains(clusterMade[:], ref.name) {
		return nil, true
	}
	for o := range beside(p, w.Object.Render) {
		if !sameNamespace(o.Namespace, w.Object.Namespace) {
			continue
		}
		if o.Kind == ref.kind && o.APIVersion == "v1" && o.Name == ref.name {
			return o, false
		}
		if strings.Contains(o.Group(), ".") && !strings.HasSuffix(o.Group(), ".k8s.io") && (o.Name == ref.name || mentions(o.Field("spec"), ref.name, maxMentionDepth)) {
			madeLater = true
		}
	}
	return nil, madeLater
}

// maxMentionDepth bounds how deep a custom resource is looked through.
const maxMentionDepth = 12

// mentions reports whether a scalar below the field is the name: an
// ExternalSecret, a SealedSecret or a Certificate says so what it makes.
func mentions(f manifest.Field, name string, depth int) bool {
	if f.String() == name {
		return true
	}
	if depth == 0 {
		return false
	}
	for _, v := range f.Entries() {
		if mentions(v, name, depth-1) {
			return true
		}
	}
	return slices.ContainsFunc(f.Items(), func(v manifest.Field) bool { return mentions(v, name, depth-1) })
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
