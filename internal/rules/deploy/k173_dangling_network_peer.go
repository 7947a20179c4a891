package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var danglingNetworkPeer = rule.Rule{
	ID:       "TW-K173",
	Name:     "dangling-networkpolicy-peer",
	Title:    "NetworkPolicy allows a peer that does not exist",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A peer that matches no pod lets nobody through: the connection that was to be allowed times out, and the usual repair is a rule that allows everything.",
	Fix:      "Name the labels that the peers have; pods of another namespace need a `namespaceSelector` beside them.",
	Refs:     refs(nsa, nsaNetwork, nist, "4.3.3", practice, "M37"),
	Aliases:  []string{"kube-linter:dangling-networkpolicypeer-podselector"},
	Bad: []string{`
-- shop.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: web}}
    - podSelector: {matchLabels: {app: frontend}}
#     ^^^^^^^^^^^ policy web allows pods that its namespace does not have, app=frontend
`},
	Good: []string{`
-- shop.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{podSelector: {}}, {podSelector: {matchLabels: {app: web}}}]}]
  egress: [{to: [{podSelector: {matchLabels: {app: prometheus}}, namespaceSelector: {}}]}]
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if !isNetworkPolicy(o) || partial(p, o.Render) {
			return
		}
		for _, d := range directions {
			for _, r := range o.Field("spec", d.rules).Items() {
				for _, peer := range r.Get(d.peers).Items() {
					reportDanglingPeer(p, o, peer)
				}
			}
		}
	}, "NetworkPolicy"),
}

func reportDanglingPeer(p *rule.Pass, policy *manifest.Object, peer manifest.Field) {
	selector := peer.Get("podSelector")
	if emptySelector(selector) || peer.Get("namespaceSelector").Exists() {
		return
	}
	if picked, known := podsOf(p, policy.Render, policy.Namespace, selector); picked || !known {
		return
	}
	want := labels(selector.Get("matchLabels").StringMap())
	f := finding(selector, nil, "policy %s allows pods that its namespace does not have, %s", policy.Name, want)
	if want == "" {
		f = finding(selector, nil, "policy %s allows pods that its namespace does not have", policy.Name)
	}
	f.Key += "." + want
	f.Fix = &rule.Fix{Title: "name the labels that the peers have, and their namespace if it is another"}
	p.Report(f)
}
