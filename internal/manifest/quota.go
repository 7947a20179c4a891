package manifest

import (
	"math/big"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// OverQuota is one bound of a ResourceQuota that the objects of its namespace
// do not fit in.
type OverQuota struct {
	Quota *Object
	// Resource is the bound's name, "requests.cpu" or "count/secrets", Hard its field.
	Resource string
	Hard     Field
	// Used is what all ask for together, Fits how many of the Things fit in.
	Used   string
	Things int64
	Fits   int64
	// Pods is true where the things are pods, false where they are objects.
	Pods bool
	// Peak is true where it is too little only while autoscalers are at their
	// maximum or jobs run.
	Peak bool
	// Askers are what asks, in the order of the manifests.
	Askers []*Object
}

// Unstated is a container without a request or limit that a ResourceQuota of its
// namespace makes the API server ask for.
type Unstated struct {
	Quota     *Object
	Resource  string // "limits.memory"
	Container *Container
	Field     Field
}

// OverQuotas simulates the ResourceQuotas: what workloads ask for, times their
// replicas, with the defaults of LimitRanges, and how many objects there are.
// DaemonSets are left out, since how many nodes there are is not known
// (https://kubernetes.io/docs/concepts/policy/resource-quotas/).
func (g *Graph) OverQuotas() []OverQuota {
	var out []OverQuota
	for _, quota := range g.kinds["ResourceQuota"] {
		if quota.Group() != "" || quota.APIVersion != "v1" {
			continue
		}
		for name, hard := range quota.Field("spec", "hard").Entries() {
			bound, err := resource.ParseQuantity(hard.String())
			if err != nil {
				continue
			}
			if over, ok := g.simulate(quota, name, bound); ok {
				over.Hard = hard
				out = append(out, over)
			}
		}
	}
	return out
}

// ask is what one object takes of a bound: each so often, and more at its peak.
type ask struct {
	object    *Object
	each      resource.Quantity
	now, most int64
}

func (g *Graph) simulate(quota *Object, name string, bound resource.Quantity) (OverQuota, bool) {
	asks, pods := g.objectAsks(quota, name), false
	if list, key, ok := computeBound(name); ok {
		asks, pods = g.podAsks(quota, list, key), true
	}
	for _, peak := range []bool{false, true} {
		over := OverQuota{Quota: quota, Resource: name, Pods: pods, Peak: peak}
		sum := resource.Quantity{}
		full := false
		for _, a := range asks {
			n := a.now
			if peak {
				n = a.most
			}
			if n == 0 || a.each.Sign() <= 0 {
				continue
			}
			over.Askers = append(over.Askers, a.object)
			over.Things += n
			if !full {
				more := fitting(bound, sum, a.each, n)
				over.Fits, full = over.Fits+more, more < n
			}
			all := a.each.DeepCopy()
			all.Mul(n)
			sum.Add(all)
		}
		if sum.Cmp(bound) > 0 {
			over.Used = sum.String()
			return over, true
		}
	}
	return OverQuota{}, false
}

// fitting returns how many of n things fit between what is used and the bound.
func fitting(bound, used, each resource.Quantity, n int64) int64 {
	left := bound.DeepCopy()
	left.Sub(used)
	room, one := rational(left), rational(each)
	if room == nil || one == nil || room.Sign() <= 0 {
		return 0
	}
	share := room.Quo(room, one)
	whole := new(big.Int).Quo(share.Num(), share.Denom())
	if !whole.IsInt64() {
		return n
	}
	return min(whole.Int64(), n)
}

// computeBound reads a bound on what pods ask for: the list of their resources
// and the key in it, or "pods".
func computeBound(name string) (list, key string, ok bool) {
	switch name {
	case "cpu", "memory", "ephemeral-storage":
		return "requests", name, true
	case "pods", "count/pods":
		return "pods", "", true
	case "requests.storage":
		return "", "", false
	}
	for _, list := range []string{"requests", "limits"} {
		if key, ok := strings.CutPrefix(name, list+"."); ok {
			return list, key, true
		}
	}
	return "requests", name, strings.HasPrefix(name, "hugepages-")
}

// podAsks returns what the workloads of the quota's namespace ask for.
func (g *Graph) podAsks(quota *Object, list, key string) []ask {
	var out []ask
	seen := map[kindName]bool{}
	for _, w := range g.WorkloadsIn(quota.Namespace) {
		id := kindName{w.Object.Kind, w.Object.Name}
		if seen[id] || !w.Object.sharesNamespace(quota) || !inScope(quota, w) {
			continue
		}
		seen[id] = true
		a := ask{object: w.Object, each: resource.MustParse("1")}
		a.now, a.most = g.copies(w)
		if list != "pods" {
			n := podNeeds(w, g.limitRanges(w.Object))
			a.each = n.requests[key]
			if list == "limits" {
				a.each = n.limits[key]
			}
		}
		out = append(out, a)
	}
	return out
}

// copies returns how many pods a workload runs, and how many at its most. Those of
// a DaemonSet are not known.
func (g *Graph) copies(w *Workload) (now, most int64) {
	number := func(f Field) int64 {
		if n, ok := f.Int(); ok {
			return max(n, 0)
		}
		return 1
	}
	switch w.Object.Kind {
	case "Pod":
		return 1, 1
	case "Job":
		return 0, number(w.Object.Field("spec", "parallelism"))
	case "CronJob":
		return 0, number(w.Object.Field("spec", "jobTemplate", "spec", "parallelism"))
	case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout", "DeploymentConfig":
	default:
		return 0, 0
	}
	now = number(w.Object.Field("spec", "replicas"))
	for _, o := range g.Of("HorizontalPodAutoscaler", "ScaledObject") {
		ref := o.Field("spec", "scaleTargetRef")
		kind := ref.Get("kind").String()
		if kind != w.Object.Kind && (kind != "" || w.Object.Kind != "Deployment") || ref.Get("name").String() != w.Object.Name || !o.sharesNamespace(w.Object) {
			continue
		}
		low, high := o.Field("spec", "minReplicas"), o.Field("spec", "maxReplicas")
		if o.Kind == "ScaledObject" {
			low, high = o.Field("spec", "minReplicaCount"), o.Field("spec", "maxReplicaCount")
		}
		return number(low), max(number(low), number(high))
	}
	return now, now
}

// inScope reports whether a quota with scopes counts the pods of a workload.
func inScope(quota *Object, w *Workload) bool {
	scopes := quota.Field("spec", "scopes").Strings()
	for _, e := range quota.Field("spec", "scopeSelector", "matchExpressions").Items() {
		if e.Get("scopeName").String() != "PriorityClass" {
			scopes = append(scopes, e.Get("scopeName").String())
			continue
		}
		class := w.PodSpec.Get("priorityClassName").String()
		in := slices.Contains(e.Get("values").Strings(), class)
		switch e.Get("operator").String() {
		case "In":
			if !in {
				return false
			}
		case "NotIn":
			if in {
				return false
			}
		default:
			if (class != "") != (e.Get("operator").String() == "Exists") {
				return false
			}
		}
	}
	ends := w.PodSpec.Get("activeDeadlineSeconds").Exists()
	for _, s := range scopes {
		switch s {
		case "Terminating":
			if !ends {
				return false
			}
		case "NotTerminating":
			if ends {
				return false
			}
		default: // by quality of service or affinity: nothing is claimed
			return false
		}
	}
	return true
}

// Unstated returns the containers that lack what a ResourceQuota of the namespace
// makes every container state.
func (g *Graph) Unstated(w *Workload) []Unstated {
	var out []Unstated
	for _, quota := range g.kinds["ResourceQuota"] {
		if quota.APIVersion != "v1" || !quota.sharesNamespace(w.Object) || !inScope(quota, w) {
			continue
		}
		ranges := g.limitRanges(w.Object)
		for name := range quota.Field("spec", "hard").Entries() {
			list, key, ok := computeBound(name)
			if !ok || key != "cpu" && key != "memory" || w.PodSpec.Get("resources", list, key).Exists() {
				continue
			}
			for _, c := range w.Containers {
				n := needsOf(c.Field, ranges)
				have := n.requests
				if list == "limits" {
					have = n.limits
				}
				if _, stated := have[key]; !stated && c.Kind != "ephemeral" && !c.Field.Get("resources", list, key).Exists() {
					out = append(out, Unstated{quota, list + "." + key, c, c.Field.Get("resources", list, key)})
				}
			}
		}
	}
	return out
}
