package deploy

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noNetworkPolicy = rule.Rule{
	ID:       "TW-K032",
	Name:     "no-network-policy",
	Title:    "Pods that no NetworkPolicy covers",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A pod that no NetworkPolicy selects accepts connections from every pod of the cluster. Whoever gets into one of them can try all the others.",
	Fix:      "Deny by default in the namespace (a NetworkPolicy with an empty `podSelector`), and allow what the application needs.",
	Refs: refs(cis, "5.3.2", nsa, nsaNetwork, nist, "4.3.3",
		practice, "M37", practice, "M38"),
	Aliases: []string{"kube-linter:non-isolated-pod", "kubescape:C-0260", "checkov:CKV2_K8S_6", "polaris:missingNetworkPolicy"},
	Bad: []string{`
-- shop.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Pod
^^^^^^^^^ no NetworkPolicy covers Pod cart, Pod mail in namespace shop
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: cart, image: "example.com/cart:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: mail, namespace: shop, labels: {app: mail}}
spec: {containers: [{name: mail, image: "example.com/mail:1"}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{}]
`, `
-- web/web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
-- cart/cart.yaml --
apiVersion: v1
kind: Pod
^^^^^^^^^ no NetworkPolicy covers Pod cart, Pod web in namespace shop
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: cart, image: "example.com/cart:1"}]}
`},
	Good: []string{`
-- web/web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
-- policies/deny.yaml --
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}}
`, `
-- shop.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`, `
-- shop.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: web, namespace: shop}
spec: {endpointSelector: {}}
`},
	Check: needsManifests(rule.EachProject(func(p *rule.Pass) {
		open := map[string][]*manifest.Workload{}
		for _, r := range p.Project.Renders {
			for _, w := range r.Workloads() {
				if !r.Unchanged && !r.Partial && !covered(p, r, w) && !hostNetworked(w) {
					open[area(r, w)] = append(open[area(r, w)], w)
				}
			}
		}
		for _, where := range slices.Sorted(maps.Keys(open)) {
			ws := open[where]
			slices.SortStableFunc(ws, func(a, b *manifest.Workload) int { return strings.Compare(a.Object.Render.Dir, b.Object.Render.Dir) })
			f := finding(ws[0].Object.Root(), nil, "no NetworkPolicy covers %s", list(ws))
			f.Key = "NetworkPolicy"
			if !slices.ContainsFunc(ws, func(w *manifest.Workload) bool { return len(p.Graph(w.Object.Render).Isolation(w).Policies) == 0 }) {
				f.Aliases = []string{"kubescape:C-0260", "checkov:CKV2_K8S_6", "polaris:missingNetworkPolicy"} // kube-linter is content with any policy
			}
			f.Fix = &rule.Fix{Title: "add a NetworkPolicy that denies by default, and allow what is needed"}
			p.Report(f)
		}
	})),
}

func needsManifests(c rule.Check) rule.Check {
	c.Needs = append(c.Needs, rule.NeedManifest)
	return c
}

// area names what has one finding: a namespace of a render, and for plain
// manifests a namespace in whichever folders its objects are.
func area(r *manifest.Render, w *manifest.Workload) string {
	if ns := w.Object.Namespace; !r.Whole() && ns != "" {
		return "namespace " + ns
	}
	return fmt.Sprint(r.Whole(), " ", r.Dir, " ", w.Object.Namespace)
}

func covered(p *rule.Pass, r *manifest.Render, w *manifest.Workload) bool {
	i := p.Graph(r).Isolation(w)
	return i.Ingress || i.Unknown
}

// hostNetworked reports whether the pods are outside every NetworkPolicy anyway.
func hostNetworked(w *manifest.Workload) bool {
	on, _ := w.PodSpec.Get("hostNetwork").Bool()
	return on
}

// list names workloads, the first few by name.
func list(ws []*manifest.Workload) string {
	const most = 3
	var names []string
	for _, w := range ws[:min(len(ws), most)] {
		names = append(names, w.Object.Kind+" "+w.Object.Name)
	}
	s := strings.Join(names, ", ")
	if more := len(ws) - most; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	// Overlays put the same objects into several namespaces, as one finding.
	if ns := ws[0].Object.Namespace; ns != "" && !ws[0].Object.Render.Whole() {
		s += " in namespace " + ns
	}
	return s
}
