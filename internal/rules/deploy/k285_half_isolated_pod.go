package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var halfIsolatedPod = rule.Rule{
	ID:       "TW-K285",
	Name:     "half-isolated-pod",
	Title:    "Pod that NetworkPolicies do not limit in both directions",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Incoming rules keep others out; outgoing rules keep what gets in from reaching on, and from carrying data away. A pod that no policy covers at all is [no-network-policy](no-network-policy.md)'s matter as well.",
	Fix:      "Add a NetworkPolicy with `policyTypes: [Ingress, Egress]` that selects the pod, and allow what is needed.",
	Refs:     refs(cis, "5.3.2", nist, "4.3.3", practice, "M38"),
	Aliases:  []string{"kube-score:pod-networkpolicy", "polaris:missingNetworkPolicy"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
^^^^ nothing limits the outgoing traffic of Pod web
  containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}]}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		i := p.Graph(w.Object.Render).Isolation(w)
		if w.Object.Render.Partial || i.Unknown || i.Ingress && i.Egress {
			return
		}
		words := "traffic"
		switch {
		case i.Ingress:
			words = "outgoing traffic"
		case i.Egress:
			words = "incoming traffic"
		}
		f := finding(w.PodSpec, nil, "nothing limits the %s of %s", words, named(w.Object))
		f.Key = "NetworkPolicy.directions"
		f.Fix = &rule.Fix{Title: "add a NetworkPolicy that denies by default in both directions"}
		p.Report(f)
	}),
}
