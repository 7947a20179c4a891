package manifest

import "slices"

// Service is a Service of the core API and the workloads it sends traffic to.
type Service struct {
	Object *Object
	// Type is "ClusterIP" where none is given.
	Type string
	// Selector is empty for a Service without one, whose endpoints are kept by
	// something else.
	Selector  map[string]string
	Workloads []*Workload
}

// Services returns the render's Services in its order.
func (r *Render) Services() []*Service {
	r.index()
	return r.services
}

func findServices(r *Render) []*Service {
	var out []*Service
	byLabel := map[[2]string][]*Workload{}
	for _, w := range r.workloads {
		for k, v := range w.Labels {
			byLabel[[2]string{k, v}] = append(byLabel[[2]string{k, v}], w)
		}
	}
	for _, o := range r.Objects {
		if o.Kind != "Service" || o.APIVersion != "v1" {
			continue
		}
		s := &Service{Object: o, Type: o.Field("spec", "type").String(), Selector: o.Field("spec", "selector").StringMap()}
		if s.Type == "" {
			s.Type = "ClusterIP"
		}
		for _, w := range candidatesOf(s.Selector, r.workloads, byLabel) {
			if len(s.Selector) > 0 && w.Object.Namespace == o.Namespace && selects(s.Selector, w.Labels) {
				s.Workloads = append(s.Workloads, w)
			}
		}
		out = append(out, s)
	}
	return out
}

// candidatesOf returns the fewest workloads among which those that a selector
// selects are sure to be.
func candidatesOf(selector map[string]string, all []*Workload, byLabel map[[2]string][]*Workload) []*Workload {
	for k, v := range selector {
		if found := byLabel[[2]string{k, v}]; len(found) < len(all) && !slices.Contains(runtimeLabels[:], k) {
			all = found
		}
	}
	return all
}

// selects compares a selector of equalities with a pod template's labels.
// Labels that controllers add to running pods are left out of the comparison.
func selects(selector, labels map[string]string) bool {
	for k, v := range selector {
		if have, ok := labels[k]; (!ok || have != v) && !slices.Contains(runtimeLabels[:], k) {
			return false
		}
	}
	return true
}

var runtimeLabels = [...]string{
	"pod-template-hash", "controller-revision-hash", "pod-template-generation", "rollouts-pod-template-hash",
	"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index",
	"job-name", "controller-uid", "batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid",
	"batch.kubernetes.io/job-completion-index",
}

// Namespace returns the Namespace object of that name, nil where the render
// has none.
func (r *Render) Namespace(name string) *Object {
	if r == nil || name == "" {
		return nil
	}
	for _, o := range r.Objects {
		if o.Kind == "Namespace" && o.APIVersion == "v1" && o.Name == name {
			return o
		}
	}
	return nil
}

// Selector is a label selector of the Kubernetes API: matchLabels and
// matchExpressions. The field may be absent, which selects everything.
type Selector struct{ Field Field }

// Matches reports whether the selector selects the labels.
func (s Selector) Matches(labels map[string]string) bool {
	for k, v := range s.Field.Get("matchLabels").StringMap() {
		if have, ok := labels[k]; !ok || have != v {
			return false
		}
	}
	for _, e := range s.Field.Get("matchExpressions").Items() {
		have, ok := labels[e.Get("key").String()]
		values := e.Get("values").Strings()
		var match bool
		switch e.Get("operator").String() {
		case "In":
			match = ok && slices.Contains(values, have)
		case "NotIn":
			match = !ok || !slices.Contains(values, have)
		case "Exists":
			match = ok
		case "DoesNotExist":
			match = !ok
		}
		if !match {
			return false
		}
	}
	return true
}
