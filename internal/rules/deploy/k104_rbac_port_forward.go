package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var rbacPortForward = rule.Rule{
	ID:       "TW-K104",
	Name:     "rbac-port-forward",
	Title:    "Role forwards ports of pods",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A forwarded port reaches the pod past Services and NetworkPolicies: databases and admin pages that were never meant to be reachable are.",
	Fix:      "Leave `pods/portforward` to people who debug, granted for a time.",
	Refs:     refs(nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"kubescape:C-0063"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: tunnel}
rules:
- apiGroups: [""]
  resources: [pods/portforward]
#             ^^^^^^^^^^^^^^^^ ClusterRole tunnel may forward ports of the pods of every namespace that it is bound in
  verbs: [create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: tunnel}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tunnel}
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
- apiGroups: [""]
  resources: [pods]
  verbs: [get]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding("forward ports of the pods " + h.where())
		out.Fix = &rule.Fix{Title: "leave pods/portforward out"}
		return out
	}, power{"", []string{"pods/portforward"}, []string{"create", "get"}}),
}
