package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var rbacCSRApprove = rule.Rule{
	ID:       "TW-K108",
	Name:     "rbac-csr-approve",
	Title:    "Role approves certificates",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A certificate of the cluster's client signer is an identity of the cluster, `system:masters` included. Who makes requests and approves them is whoever it wants to be.",
	Fix:      "Name the signer that is meant in `resourceNames` of `signers`, and leave kubernetes.io's signers to the control plane.",
	Refs:     refs(cis, "5.1.11", nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"kubescape:C-0280"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: approver}
rules:
- apiGroups: [certificates.k8s.io]
  resources: [certificatesigningrequests/approval]
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRole approver may approve certificates, and so become anyone
  verbs: [update]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: approver}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: approver}
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
metadata: {name: asker}
rules:
- apiGroups: [certificates.k8s.io]
  resources: [certificatesigningrequests]
  verbs: [create, get]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding("approve certificates, and so become anyone")
		out.Fix = &rule.Fix{Title: "leave the approval to the control plane"}
		return out
	}, power{"certificates.k8s.io", []string{"certificatesigningrequests/approval"}, []string{"update", "patch"}}),
}
