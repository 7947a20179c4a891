package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rbacNetworking = rule.Rule{
	ID:       "TW-K115",
	Name:     "rbac-networking",
	Title:    "Role changes how traffic flows",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Services, endpoints, Ingresses and NetworkPolicies decide who talks to whom. Who changes them opens what was closed, or reads what passes.",
	Fix:      "Keep them in the repository, and grant changes to the ingress controller's own objects only.",
	Refs:     refs(nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"trivy:KSV-0056"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: router}
rules:
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
#             ^^^^^^^^^^^^^^^ ClusterRole router may update and delete networkpolicies of every namespace that it is bound in
  verbs: [delete, update]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: router}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: router}
subjects: [{kind: ServiceAccount, name: worker, namespace: ops}]
---
apiVersion: v1
kind: Pod
metadata: {name: worker, namespace: ops}
spec:
  serviceAccountName: worker
  containers: [{name: worker, image: example.com/worker:1}]
`},
	Good: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: viewer}
rules:
- apiGroups: [networking.k8s.io]
  resources: [ingresses]
  verbs: [get, list]
- apiGroups: [""]
  resources: [services]
  verbs: [get]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding(verbList(h.verbs) + " " + strings.Join(h.resources, ", ") + " " + h.where())
		if !h.cluster() {
			out.Aliases = []string{}
		}
		out.Fix = &rule.Fix{Title: "leave the verbs out, or bind the role in one namespace"}
		return out
	}, power{"", []string{"services", "endpoints"}, changing}, power{"discovery.k8s.io", []string{"endpointslices"}, changing},
		power{"networking.k8s.io", []string{"networkpolicies", "ingresses"}, changing}),
}
