package manifest

import "slices"

// DataReference is one place where a workload asks for a ConfigMap or Secret.
type DataReference struct {
	// Kind is "ConfigMap" or "Secret".
	Kind, Name, Key string
	// Field is the name, Env the variable it is for, "" for a volume or envFrom.
	Field Field
	Env   string
	// Optional is true where the pod starts without it.
	Optional bool
	// Container is nil for a volume, whose name is Volume.
	Container *Container
	Volume    string
}

// References returns the ConfigMaps and Secrets that a workload's containers and
// volumes name.
func (w *Workload) References() []DataReference {
	var out []DataReference
	note := func(kind string, ref Field, nameKey string, r DataReference) {
		if name := ref.Get(nameKey); name.String() != "" {
			r.Kind, r.Name, r.Field = kind, name.String(), name
			r.Optional, _ = ref.Get("optional").Bool()
			if r.Env != "" {
				r.Key = ref.Get("key").String()
			}
			out = append(out, r)
		}
	}
	for _, c := range w.Containers {
		for _, e := range c.Field.Get("env").Items() {
			by := DataReference{Env: e.Get("name").String(), Container: c}
			note("ConfigMap", e.Get("valueFrom", "configMapKeyRef"), "name", by)
			note("Secret", e.Get("valueFrom", "secretKeyRef"), "name", by)
		}
		for _, e := range c.Field.Get("envFrom").Items() {
			note("ConfigMap", e.Get("configMapRef"), "name", DataReference{Container: c})
			note("Secret", e.Get("secretRef"), "name", DataReference{Container: c})
		}
	}
	for _, v := range w.PodSpec.Get("volumes").Items() {
		by := DataReference{Volume: v.Get("name").String()}
		note("ConfigMap", v.Get("configMap"), "name", by)
		note("Secret", v.Get("secret"), "secretName", by)
		note("Secret", v.Get("csi", "nodePublishSecretRef"), "name", by)
		for _, s := range v.Get("projected", "sources").Items() {
			note("ConfigMap", s.Get("configMap"), "name", by)
			note("Secret", s.Get("secret"), "name", by)
		}
	}
	return out
}

// SecretAccess is a Secret and who can come to read it.
type SecretAccess struct {
	Namespace, Name string
	// Object is nil where the Secret itself is not in the manifests.
	Object  *Object
	Readers []SecretReader
}

// SecretReader is a workload that can read a secret, with the chain by which.
type SecretReader struct {
	Workload *Workload
	// Given is where the pod is given it; absent where it asks the API server.
	Given Field
	// Grant and Right are the role by which its account may, and the rule of it.
	Grant Grant
	Right Field
	// ByPod is true where the account may only start pods beside it, which can mount
	// everything in their namespace.
	ByPod bool
}

// right is what a workload's account may do with secrets of a namespace.
type right struct {
	reader SecretReader
	names  []string // empty for all
}

// SecretAccesses returns the secrets that the manifests define or name, in order,
// and who can read each.
func (g *Graph) SecretAccesses() []*SecretAccess {
	var out []*SecretAccess
	known := map[serviceKey]*SecretAccess{}
	secret := func(namespace, name string) *SecretAccess {
		key := serviceKey{namespace, name}
		if known[key] == nil {
			known[key] = &SecretAccess{Namespace: namespace, Name: name}
			out = append(out, known[key])
		}
		return known[key]
	}
	for _, o := range g.kinds["Secret"] {
		if o.APIVersion == "v1" && o.Name != "" {
			secret(o.Namespace, o.Name).Object = o
		}
	}
	rights := map[string][]right{} // by namespace, "*" for all
	for _, r := range g.Renders {
		for _, w := range r.Workloads() {
			for _, ref := range w.References() {
				if ref.Kind != "Secret" {
					continue
				}
				if s := secret(w.Object.Namespace, ref.Name); !s.readBy(w) {
					s.Readers = append(s.Readers, SecretReader{Workload: w, Given: ref.Field})
				}
			}
			if g.HoldsToken(w) {
				g.secretRights(w, rights)
			}
		}
	}
	for _, s := range out {
		for _, may := range slices.Concat(rights["*"], rights[s.Namespace]) {
			if (len(may.names) == 0 || slices.Contains(may.names, s.Name)) && !s.readBy(may.reader.Workload) {
				s.Readers = append(s.Readers, may.reader)
			}
		}
	}
	return out
}

func (s *SecretAccess) readBy(w *Workload) bool {
	return slices.ContainsFunc(s.Readers, func(r SecretReader) bool { return r.Workload == w })
}

// secretRights notes what a workload's account may do with secrets.
func (g *Graph) secretRights(w *Workload, into map[string][]right) {
	for _, grant := range g.Grants(w) {
		where := grant.Namespace
		if grant.Everywhere {
			where = "*"
		}
		note := func(rule Field, byPod bool) {
			r := right{reader: SecretReader{Workload: w, Grant: grant, Right: rule, ByPod: byPod}}
			if !byPod { // a pod that is created has any name and mounts what it likes
				r.names = rule.Get("resourceNames").Strings()
			}
			into[where] = append(into[where], r)
		}
		if grant.Role == nil {
			if reads := grant.RoleName; reads == "cluster-admin" || reads == "admin" || reads == "edit" {
				note(grant.Binding.Field("roleRef"), false)
			}
			continue
		}
		rules := g.Rules(grant.Role)
		for _, rule := range rules { // reading goes before the detour by a pod
			if grants(rule, []string{"", "*"}, []string{"secrets", "*"}, []string{"get", "list", "watch", "*"}) {
				note(rule, false)
			}
		}
		for _, rule := range rules {
			if startsPods(rule) {
				note(rule, true)
			}
		}
	}
}

// startsPods reports whether a rule lets its holder start pods of its own making.
func startsPods(rule Field) bool {
	creates := []string{"create", "*"}
	return grants(rule, []string{"", "*"}, []string{"pods", "replicationcontrollers", "*"}, creates) ||
		grants(rule, []string{"apps", "*"}, []string{"deployments", "statefulsets", "daemonsets", "replicasets", "*"}, creates) ||
		grants(rule, []string{"batch", "*"}, []string{"jobs", "cronjobs", "*"}, creates)
}

func grants(rule Field, groups, resources, verbs []string) bool {
	has := func(list string, any []string) bool {
		return slices.ContainsFunc(rule.Get(list).Strings(), func(s string) bool { return slices.Contains(any, s) })
	}
	return has("verbs", verbs) && has("resources", resources) && has("apiGroups", groups)
}

// HoldsToken reports whether the pods of a workload are given a token of their
// account.
func (g *Graph) HoldsToken(w *Workload) bool {
	if mount, set := w.PodSpec.Get("automountServiceAccountToken").Bool(); set {
		return mount
	}
	for _, account := range g.Named("ServiceAccount", w.ServiceAccount()) {
		if account.Namespace == w.Object.Namespace {
			mount, set := account.Field("automountServiceAccountToken").Bool()
			return mount || !set
		}
	}
	return true
}
