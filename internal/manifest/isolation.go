package manifest

import (
	"slices"
	"strings"
)

// Isolation says which network policies of the render hold for a workload.
type Isolation struct {
	// Ingress and Egress are true where some NetworkPolicy limits the direction.
	Ingress, Egress bool
	// Unknown is true where the namespace has policies of a network plugin whose
	// selectors are not read here (Cilium, Calico, the admin policies).
	Unknown bool
	// Policies are the objects that hold, in the order of the render.
	Policies []*Object
}

// NetworkPolicies returns what limits the traffic of pods: the NetworkPolicies of
// Kubernetes and those of network plugins and administrators.
func (g *Graph) NetworkPolicies() []*Object {
	if g.policies == nil {
		g.policies = []*Object{}
		for kind, objects := range g.kinds {
			if !strings.HasSuffix(kind, "NetworkPolicy") {
				continue
			}
			for _, o := range objects {
				if kubernetesPolicy(o) || foreignPolicy(o) {
					g.policies = append(g.policies, o)
				}
			}
		}
		slices.SortStableFunc(g.policies, func(a, b *Object) int { return strings.Compare(a.Kind, b.Kind) })
	}
	return g.policies
}

func kubernetesPolicy(o *Object) bool {
	return o.Kind == "NetworkPolicy" && (o.Group() == "networking.k8s.io" || o.Group() == "extensions")
}

// Isolation returns the network policies that hold for the workload. A policy
// without a namespace is one of its own render.
func (g *Graph) Isolation(w *Workload) Isolation {
	var out Isolation
	for _, o := range g.NetworkPolicies() {
		if w.Object.Namespace == "" && o.Namespace == "" && o.Render != w.Object.Render {
			continue
		}
		switch {
		case kubernetesPolicy(o):
			if o.Namespace != w.Object.Namespace || !(Selector{o.Field("spec", "podSelector")}).Matches(w.Labels) {
				continue
			}
			ingress, egress := policyTypes(o)
			out.Ingress, out.Egress = out.Ingress || ingress, out.Egress || egress
		case foreignPolicy(o):
			if !clusterWide(o) && o.Namespace != w.Object.Namespace {
				continue
			}
			out.Unknown = true
		default:
			continue
		}
		out.Policies = append(out.Policies, o)
	}
	return out
}

// policyTypes returns the directions that a NetworkPolicy limits. Without
// policyTypes it always limits ingress, and egress where it has such rules.
func policyTypes(o *Object) (ingress, egress bool) {
	types := o.Field("spec", "policyTypes").Strings()
	if len(types) == 0 {
		return true, len(o.Field("spec", "egress").Items()) > 0
	}
	return slices.Contains(types, "Ingress"), slices.Contains(types, "Egress")
}

// foreignPolicy reports whether the object is a network policy of a plugin or
// of the cluster's administrator.
func foreignPolicy(o *Object) bool {
	if !strings.HasSuffix(o.Kind, "NetworkPolicy") {
		return false
	}
	switch g := o.Group(); g {
	case "cilium.io", "policy.networking.k8s.io", "crd.antrea.io", "security.antrea.io":
		return true
	default:
		return strings.HasSuffix(g, "projectcalico.org")
	}
}

// clusterWide reports whether a foreign policy speaks of all namespaces.
func clusterWide(o *Object) bool {
	return o.Namespace == "" && o.Kind != "CiliumNetworkPolicy" && o.Kind != "NetworkPolicy"
}
