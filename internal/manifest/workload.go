package manifest

import "slices"

// Workloads returns the pod specs of the render in the order of its objects. It
// is computed once; safe for concurrent use.
func (r *Render) Workloads() []*Workload {
	r.index()
	return r.workloads
}

// Steps returns the containers of the render that some controller puts into
// pods which it makes itself: the steps of a Tekton task, the templates of an
// Argo Workflow. What is said of the pod as a whole stands elsewhere, so rules
// for pods do not look at them; rules for containers do.
func (r *Render) Steps() []*Workload {
	r.index()
	return r.steps
}

// index finds the workloads and the Services and joins them. The render's
// Objects must be complete when it is first called.
func (r *Render) index() {
	r.indexOnce.Do(func() {
		for _, o := range r.Objects {
			pods, steps := podsOf(o)
			r.workloads = append(r.workloads, pods...)
			r.steps = append(r.steps, steps...)
		}
		r.services = findServices(r)
	})
}

// newWorkload returns nil where the pod spec has no containers, and for a
// fragment, such as a patch, whose containers name no image: what it lacks is
// elsewhere.
func newWorkload(o *Object, spec, meta Field) *Workload {
	w := &Workload{Object: o, PodSpec: spec, PodMeta: meta}
	w.Labels = meta.Get("labels").StringMap()
	for _, list := range containerLists {
		for _, f := range spec.Get(list.field).Items() {
			if f.IsMap() {
				w.add(f, list.kind)
			}
		}
	}
	if len(w.Containers) == 0 || o.fragment && !w.namesImage() {
		return nil
	}
	return w
}

func (w *Workload) add(f Field, kind string) {
	w.Containers = append(w.Containers, &Container{Workload: w, Name: f.Get("name").String(), Kind: kind,
		Field: f, Image: parseImage(f.Get("image"))})
}

func (w *Workload) namesImage() bool {
	return slices.ContainsFunc(w.Containers, func(c *Container) bool { return c.Image.Text != "" })
}

var containerLists = [...]struct{ field, kind string }{
	{"initContainers", "init"}, {"containers", "container"}, {"ephemeralContainers", "ephemeral"},
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
	for _, f := range c.Workload.defaults {
		if f = f.Get(name); f.Exists() {
			return f
		}
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
