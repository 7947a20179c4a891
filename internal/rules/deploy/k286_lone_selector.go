package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var loneSelector = rule.Rule{
	ID:       "TW-K286",
	Name:     "lone-selector",
	Title:    "Selector without any pods in sight",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "The pods of the namespace are kept elsewhere, or there are none: from here nobody can tell whether the selector is right. Where pods of the namespace are in sight and none is selected, that is a finding of its own.",
	Fix:      "Keep what belongs together in one place, or say in the comment where the pods are.",
	Refs:     refs(nist, "4.3.3", practice, "M31"),
	Aliases: []string{"kube-linter:dangling-service", "kube-score:service-targets-pod", "kube-linter:dangling-networkpolicy",
		"kube-score:networkpolicy-targets-pod", "kube-linter:dangling-networkpolicypeer-podselector"},
	Bad: []string{`
-- shop.yaml --
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
# ^^^^^^^^ no pods of the namespace are kept here, so what Service web selects is not known
  ports: [{port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
# ^^^^^^^^^^^ no pods of the namespace are kept here, so what NetworkPolicy web selects is not known
  ingress: [{from: [{podSelector: {matchLabels: {app: other}}}]}]
`},
	Good: []string{`
-- shop.yaml --
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {type: ExternalName, externalName: db.example.com}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		if partial(p, r) {
			return
		}
		for _, o := range r.Objects {
			switch {
			case o.Kind == "Service" && o.APIVersion == "v1" && o.Field("spec", "type").String() != "ExternalName":
				at := o.Field("spec", "selector")
				_, known := podsOf(p, r, o.Namespace, at)
				empty := len(at.StringMap()) == 0
				loneFinding(p, o, at, known && !empty, aliases("kube-linter:dangling-service").when(!empty, "kube-score:service-targets-pod"))
			case isNetworkPolicy(o):
				at := o.Field("spec", "podSelector")
				_, known := podsOf(p, r, o.Namespace, at)
				loneFinding(p, o, at, known, aliases("kube-linter:dangling-networkpolicy", "kube-score:networkpolicy-targets-pod").
					when(lonePeers(o), "kube-linter:dangling-networkpolicypeer-podselector"))
			}
		}
	}),
}

func loneFinding(p *rule.Pass, o *manifest.Object, at manifest.Field, known bool, same noted) {
	if known {
		return
	}
	f := finding(at, nil, "no pods of the namespace are kept here, so what %s selects is not known", named(o))
	if o.Kind == "Service" && len(at.StringMap()) == 0 {
		f.Message = named(o) + " has no selector, so what it sends to is not known"
	}
	f.Aliases = same
	f.Fix = &rule.Fix{Title: "keep the pods and what selects them in one place"}
	p.Report(f)
}

// lonePeers reports whether a policy names pods of its own namespace as peers.
func lonePeers(policy *manifest.Object) bool {
	for _, d := range directions {
		for _, r := range policy.Field("spec", d.rules).Items() {
			for _, peer := range r.Get(d.peers).Items() {
				if peer.Get("podSelector").Exists() && !peer.Get("namespaceSelector").Exists() {
					return true
				}
			}
		}
	}
	return false
}
