package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noDefaultDeny = rule.Rule{
	ID:       "TW-K170",
	Name:     "namespace-without-default-deny",
	Title:    "Namespace does not deny traffic by default",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Policies that select some pods leave the others open, those that come next year too. Only a policy for all pods makes a connection that nobody thought of fail. Outgoing connections are how an intruder loads tools and carries data away.",
	Fix:      "Add a NetworkPolicy with an empty `podSelector` and `policyTypes: [Ingress, Egress]`, and allow what is needed, DNS first.",
	Refs:     refs(cis, "5.3.2", nsa, nsaNetwork, nist, "4.3.3", practice, "M38", practice, "M36"),
	Aliases:  []string{"kubescape:C-0206", "kubescape:C-0054", "kubescape:C-0049", "kubeaudit:netpols"},
	Bad: []string{`
-- shop.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: shop}
#                ^^^^ no NetworkPolicy denies incoming and outgoing traffic by default in namespace shop
---
apiVersion: v1
kind: Namespace
metadata:
  name: inner
#       ^^^^^ no NetworkPolicy denies outgoing traffic by default in namespace inner
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: inner}
spec: {podSelector: {}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: inner}
spec: {podSelector: {}, policyTypes: [Egress], egress: [{}]}
`},
	Good: []string{`
-- namespaces/shop.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: shop}
-- policies/deny.yaml --
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`, `
-- cilium.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {endpointSelector: {}}
---
apiVersion: v1
kind: Namespace
metadata: {name: kube-system}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if o.APIVersion != "v1" || strings.HasPrefix(o.Name, "kube-") || partial(p, o.Render) {
			return
		}
		policies, denied, foreign := coverage(p, o)
		var open []string
		for i, d := range directions {
			if !denied[i] {
				open = append(open, d.words)
			}
		}
		if foreign || len(open) == 0 {
			return
		}
		f := finding(o.Field("metadata", "name"), nil, "no NetworkPolicy denies %s traffic by default in namespace %s", verbList(open), o.Name)
		f.Key = "NetworkPolicy"
		if policies > 0 {
			f.Aliases = []string{"kubeaudit:netpols"}
		}
		f.Fix = &rule.Fix{Title: "add a NetworkPolicy with an empty podSelector and policyTypes: [Ingress, Egress]"}
		p.Report(f)
	}, "Namespace"),
}

// coverage counts the policies of a namespace and says which directions they
// deny by default; foreign is true where a network plugin's own policies may.
func coverage(p *rule.Pass, namespace *manifest.Object) (policies int, denied [len(directions)]bool, foreign bool) {
	for o := range networkPolicies(p, namespace.Render) {
		switch {
		case isNetworkPolicy(o) && o.Namespace == namespace.Name:
			policies++
			for i, d := range directions {
				if selectsAll(o) && d.limits(o) && !d.opened(o) {
					denied[i] = true
				}
			}
		case strings.HasSuffix(o.Kind, "NetworkPolicy") && !isNetworkPolicy(o) && (o.Namespace == namespace.Name || o.Namespace == ""):
			foreign = true
		}
	}
	return policies, denied, foreign
}
