package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var rbacServiceStatus = rule.Rule{
	ID:       "TW-K116",
	Name:     "rbac-service-status",
	Title:    "Role changes the status of Services",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The load balancer addresses in a Service's status are taken as true: who writes them draws traffic for any address to pods of its choice (CVE-2020-8554).",
	Fix:      "Leave `services/status` to the cloud controller.",
	Refs:     refs(nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: balancer}
rules:
- apiGroups: [""]
  resources: [services/status]
#             ^^^^^^^^^^^^^^^ ClusterRole balancer may draw traffic for any address to itself, by the status of a Service
  verbs: [patch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: balancer}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: balancer}
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
  resources: [services/status]
  verbs: [get]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding("draw traffic for any address to itself, by the status of a Service")
		out.Fix = &rule.Fix{Title: "leave services/status to the cloud controller"}
		return out
	}, power{"", []string{"services/status"}, []string{"update", "patch"}}),
}
