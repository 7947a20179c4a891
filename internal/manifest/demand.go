package manifest

import "k8s.io/apimachinery/pkg/api/resource"

// amounts are quantities by the name of the resource: "cpu", "memory".
type amounts map[string]resource.Quantity

func amountsOf(f Field) amounts {
	out := amounts{}
	for name, v := range f.Entries() {
		if q, err := resource.ParseQuantity(v.String()); err == nil {
			out[name] = q
		}
	}
	return out
}

// add puts other on top.
func (a amounts) add(other amounts) {
	for name, q := range other {
		sum := a[name].DeepCopy()
		sum.Add(q)
		a[name] = sum
	}
}

// atLeast raises what is lower than in other.
func (a amounts) atLeast(other amounts) {
	for name, q := range other {
		if have, ok := a[name]; !ok || have.Cmp(q) < 0 {
			a[name] = q
		}
	}
}

// fill takes over what is not there yet.
func (a amounts) fill(other amounts) {
	for name, q := range other {
		if _, ok := a[name]; !ok {
			a[name] = q
		}
	}
}

// needs are the requests and limits of a container or pod.
type needs struct{ requests, limits amounts }

// needsOf returns what a container is given: what it states, then a request as
// high as the limit, which the API server fills in, then the defaults of the
// LimitRanges of its namespace.
func needsOf(c Field, ranges []limitRange) needs {
	n := needs{amountsOf(c.Get("resources", "requests")), amountsOf(c.Get("resources", "limits"))}
	n.requests.fill(n.limits)
	for _, r := range ranges {
		if r.kind == "Container" {
			n.limits.fill(r.defaultLimit)
			n.requests.fill(r.defaultRequest)
		}
	}
	return n
}

// podNeeds returns what one pod takes of its namespace: its containers together,
// or a single init container beside the sidecars before it where that is more,
// and the overhead of its runtime; what the pod as a whole states goes before
// (https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers).
func podNeeds(w *Workload, ranges []limitRange) needs {
	total, init, sidecars := newNeeds(), newNeeds(), newNeeds()
	for _, c := range w.Containers {
		n := needsOf(c.Field, ranges)
		switch {
		case c.Kind == "container":
			total.add(n)
		case c.Init():
			n.add(sidecars)
			init.requests.atLeast(n.requests)
			init.limits.atLeast(n.limits)
		case c.Kind == "init":
			sidecars.add(n)
		}
	}
	total.add(sidecars)
	total.requests.atLeast(init.requests)
	total.limits.atLeast(init.limits)
	for name, q := range amountsOf(w.PodSpec.Get("resources", "requests")) {
		total.requests[name] = q
	}
	for name, q := range amountsOf(w.PodSpec.Get("resources", "limits")) {
		total.limits[name] = q
	}
	overhead := amountsOf(w.PodSpec.Get("overhead"))
	total.requests.add(overhead)
	total.limits.add(overhead)
	return total
}

func newNeeds() needs { return needs{amounts{}, amounts{}} }

func (n needs) add(other needs) {
	n.requests.add(other.requests)
	n.limits.add(other.limits)
}
