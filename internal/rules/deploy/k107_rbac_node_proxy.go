package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var rbacNodeProxy = rule.Rule{
	ID:       "TW-K107",
	Name:     "rbac-node-proxy",
	Title:    "Role talks to the kubelet",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`nodes/proxy` reaches the kubelet's own interface, which runs commands in every pod of the node, and neither admission nor the audit log sees it.",
	Fix:      "Use `nodes/metrics` or `nodes/stats` with `get` for monitoring.",
	Refs:     refs(cis, "5.1.10", nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"trivy:KSV-0047", "kubescape:C-0279"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: monitor}
rules:
- apiGroups: [""]
  resources: [nodes, nodes/proxy]
#                    ^^^^^^^^^^^ ClusterRole monitor may reach the kubelet of every node, and run commands in all pods there
  verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: monitor}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: monitor}
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
metadata: {name: monitor}
rules:
- apiGroups: [""]
  resources: [nodes, nodes/metrics]
  verbs: [get]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding("reach the kubelet of every node, and run commands in all pods there")
		out.Fix = &rule.Fix{Title: "grant nodes/metrics or nodes/stats instead"}
		return out
	}, power{"", []string{"nodes/proxy"}, append([]string{"get"}, changing...)}),
}
