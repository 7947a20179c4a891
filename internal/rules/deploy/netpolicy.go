package deploy

import (
	"iter"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// isNetworkPolicy reports whether the object is a NetworkPolicy of Kubernetes itself.
func isNetworkPolicy(o *manifest.Object) bool {
	return o.Kind == "NetworkPolicy" && (o.Group() == "networking.k8s.io" || o.Group() == "extensions")
}

// networkPolicies iterates what limits the traffic of pods beside a render: the
// NetworkPolicies and those of network plugins and administrators.
func networkPolicies(p *rule.Pass, r *manifest.Render) iter.Seq[*manifest.Object] {
	return slices.Values(p.Graph(r).NetworkPolicies())
}

// A direction is one of the two that a NetworkPolicy limits, with the names that
// its fields have. https://kubernetes.io/docs/concepts/services-networking/network-policies/
type direction struct{ policyType, rules, peers, words string }

var directions = [...]direction{{"Ingress", "ingress", "from", "incoming"}, {"Egress", "egress", "to", "outgoing"}}

// limits reports whether the policy limits the direction. Without policyTypes it
// limits ingress, and egress where it has rules for it.
func (d direction) limits(policy *manifest.Object) bool {
	types := policy.Field("spec", "policyTypes").Strings()
	if len(types) == 0 {
		return d.policyType == "Ingress" || len(policy.Field("spec", "egress").Items()) > 0
	}
	return slices.Contains(types, d.policyType)
}

// opened reports whether a rule of the policy allows everything in the
// direction: one that names neither peers nor ports.
func (d direction) opened(policy *manifest.Object) bool {
	return slices.ContainsFunc(policy.Field("spec", d.rules).Items(), func(r manifest.Field) bool {
		return len(r.Get(d.peers).Items()) == 0 && len(r.Get("ports").Items()) == 0
	})
}

// selectsAll reports whether the policy is about all pods of its namespace.
func selectsAll(policy *manifest.Object) bool {
	return emptySelector(policy.Field("spec", "podSelector"))
}

// emptySelector reports whether a selector asks for nothing.
func emptySelector(s manifest.Field) bool {
	return len(s.Get("matchLabels").StringMap()) == 0 && len(s.Get("matchExpressions").Items()) == 0
}

// podsOf reports whether a selector picks any pods of a namespace, and whether
// any pods of that namespace are known at all.
func podsOf(p *rule.Pass, r *manifest.Render, namespace string, selector manifest.Field) (picked, known bool) {
	pods := p.Graph(r).WorkloadsIn(namespace)
	return slices.ContainsFunc(pods, func(w *manifest.Workload) bool {
		return (manifest.Selector{Field: selector}).Matches(w.Labels)
	}), len(pods) > 0
}

// partial reports whether something is missing in what may stand beside r, so
// that absence proves nothing.
func partial(p *rule.Pass, r *manifest.Render) bool { return p.Graph(r).Partial }
