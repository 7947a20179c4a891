package manifest

import "slices"

// Workloads returns the objects of the render that run pods, in its order. It
// is computed once; safe for concurrent use.
func (r *Render) Workloads() []*Workload {
	r.index()
	return r.workloads
}

// index finds the workloads and the Services and joins them. The render's
// Objects must be complete when it is first called.
func (r *Render) index() {
	r.indexOnce.Do(func() {
		for _, o := range r.Objects {
			if w := newWorkload(o); w != nil {
				r.workloads = append(r.workloads, w)
			}
		}
		r.services = findServices(r)
	})
}

// newWorkload returns nil for an object that runs no pods and for a fragment,
// such as a patch, whose containers name no image: what it lacks is elsewhere.
func newWorkload(o *Object) *Workload {
	template, ok := podTemplate(o)
	if !ok {
		return nil
	}
	w := &Workload{Object: o, PodSpec: template.Get("spec"), PodMeta: template.Get("metadata")}
	w.Labels = w.PodMeta.Get("labels").StringMap()
	for _, list := range containerLists {
		for _, f := range w.PodSpec.Get(list.field).Items() {
			w.Containers = append(w.Containers, &Container{Workload: w, Name: f.Get("name").String(), Kind: list.kind,
				Field: f, Image: parseImage(f.Get("image"))})
		}
	}
	if !slices.ContainsFunc(w.Containers, func(c *Container) bool { return c.Image.Text != "" }) {
		return nil
	}
	return w
}

var containerLists = [...]struct{ field, kind string }{
	{"initContainers", "init"}, {"containers", "container"}, {"ephemeralContainers", "ephemeral"},
}

// podTemplate returns the field that holds a pod's metadata and spec. Beside
// the kinds of Kubernetes itself, any object with spec.template.spec.containers
// has one: an Argo Rollout, a Knative Service, a ReplicaSet of OpenShift.
func podTemplate(o *Object) (Field, bool) {
	switch {
	case o.Kind == "Pod" && o.Group() == "":
		return o.Root(), true
	case o.Kind == "PodTemplate" && o.Group() == "":
		return o.Field("template"), true
	case o.Kind == "CronJob" && o.Group() == "batch":
		return o.Field("spec", "jobTemplate", "spec", "template"), true
	}
	t := o.Field("spec", "template")
	return t, t.Get("spec", "containers").IsList()
}

// Init reports whether the container runs to its end before the others start;
// a sidecar declared among the init containers does not.
func (c *Container) Init() bool {
	return c.Kind == "init" && c.Field.Get("restartPolicy").String() != "Always"
}

// Setting returns the container's securityContext field of that name, or the
// pod's where the container does not set it: how the kubelet reads the fields
// that both levels have.
func (c *Container) Setting(name string) Field {
	if f := c.Field.Get("securityContext", name); f.Exists() {
		return f
	}
	return c.Workload.PodSpec.Get("securityContext", name)
}

// ServiceAccount returns the name of the account the pods run as, "default"
// where none is given.
func (w *Workload) ServiceAccount() string {
	for _, key := range []string{"serviceAccountName", "serviceAccount"} {
		if name := w.PodSpec.Get(key).String(); name != "" {
			return name
		}
	}
	return "default"
}

// Windows reports whether the pods say that they run on Windows.
func (w *Workload) Windows() bool { return w.PodSpec.Get("os", "name").String() == "windows" }
