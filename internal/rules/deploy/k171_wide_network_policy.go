package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var wideNetworkPolicy = rule.Rule{
	ID:       "TW-K171",
	Name:     "networkpolicy-too-wide",
	Title:    "NetworkPolicy allows everything",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Rules of policies add up: one that allows everything undoes all others for the pods it selects, while the list of policies still looks like isolation.",
	Fix:      "Name the pods, namespaces or address ranges, and the ports.",
	Refs:     refs(nsa, nsaNetwork, nist, "4.3.3", practice, "M37", practice, "M78"),
	Aliases:  []string{"kubeaudit:netpols", "trivy:KSV-0038"},
	Bad: []string{`
-- open.yaml --
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
# ^^^^^^^ policy open allows all incoming connections of every pod of its namespace
  - {}
  egress:
  - to:
    - ipBlock: {cidr: 0.0.0.0/0}
#                     ^^^^^^^^^ policy open allows outgoing connections to any address and port
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from:
    - namespaceSelector: {}
#     ^^^^^^^^^^^^^^^^^ policy web allows incoming connections from all pods of all namespaces, on any port
  - from: []
    ports: [{port: 8080}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: none, namespace: shop}
spec:
^^^^ policy none names neither the pods that it is about nor those that may reach them
  policyTypes: [Ingress]
`},
	Good: []string{`
-- web.yaml --
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
  - ports: [{port: 8080}]
  - from: [{namespaceSelector: {}, podSelector: {matchLabels: {app: prometheus}}}]
  egress:
  - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]
  - to: [{namespaceSelector: {}}]
    ports: [{port: 53, protocol: UDP}]
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {ingress: [{}]}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if !isNetworkPolicy(o) {
			return
		}
		if !o.Field("spec", "podSelector").Exists() && !namesPeers(o) {
			f := finding(o.Field("spec", "podSelector"), nil, "policy %s names neither the pods that it is about nor those that may reach them", o.Name)
			f.Severity = rule.Low
			f.Aliases = []string{"trivy:KSV-0038"}
			f.Fix = &rule.Fix{Title: "select the pods with podSelector"}
			p.Report(f)
		}
		for _, d := range directions {
			if !d.limits(o) {
				continue
			}
			if d.opened(o) {
				p.Report(allowsAll(p, o, d))
			}
			for _, r := range o.Field("spec", d.rules).Items() {
				if len(r.Get("ports").Items()) == 0 {
					widePeers(p, o, d, r)
				}
			}
		}
	}, "NetworkPolicy"),
}

// allowsAll words a rule without peers and ports. For pods that are named one
// by one it is a choice that people make for what goes out.
func allowsAll(p *rule.Pass, o *manifest.Object, d direction) rule.Finding {
	at := o.Field("spec", d.rules)
	f := finding(at, nil, "policy %s allows all %s connections of every pod of its namespace", o.Name, d.words)
	if !selectsAll(o) {
		f = finding(at, nil, "policy %s allows all %s connections of the pods that it selects", o.Name, d.words)
		f.Aliases = []string{}
		if f.Severity = rule.Low; d.policyType == "Egress" {
			f.Severity = rule.Info
		}
	}
	if f.Aliases == nil {
		f.Aliases = aliases().when(p.Graph(o.Render).Find("Namespace", "", o.Namespace) != nil, "kubeaudit:netpols") // it starts from the Namespace
	}
	f.Fix = &rule.Fix{Title: "name the peers in " + d.peers + ", and the ports"}
	return f
}

func widePeers(p *rule.Pass, o *manifest.Object, d direction, r manifest.Field) {
	for _, peer := range r.Get(d.peers).Items() {
		cidr := peer.Get("ipBlock", "cidr")
		all := peer.Get("namespaceSelector")
		var f rule.Finding
		switch {
		case strings.HasSuffix(cidr.String(), "/0") && len(peer.Get("ipBlock", "except").Items()) == 0:
			f = finding(cidr, nil, "policy %s allows %s connections %s any address and port", o.Name, d.words, d.peers)
		case all.Exists() && emptySelector(all) && emptySelector(peer.Get("podSelector")):
			f = finding(all, nil, "policy %s allows %s connections %s all pods of all namespaces, on any port", o.Name, d.words, d.peers)
		default:
			continue
		}
		f.Severity = rule.Low
		f.Aliases = []string{}
		f.Fix = &rule.Fix{Title: "name the pods, namespaces or address ranges, and the ports"}
		p.Report(f)
	}
}

// namesPeers reports whether some rule of the policy selects whom it allows.
func namesPeers(o *manifest.Object) bool {
	for _, d := range directions {
		for _, r := range o.Field("spec", d.rules).Items() {
			for _, peer := range r.Get(d.peers).Items() {
				if peer.Get("podSelector").Exists() || peer.Get("namespaceSelector").Exists() {
					return true
				}
			}
		}
	}
	return false
}
