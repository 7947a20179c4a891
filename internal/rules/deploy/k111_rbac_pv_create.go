package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var rbacPVCreate = rule.Rule{
	ID:       "TW-K111",
	Name:     "rbac-pv-create",
	Title:    "Role creates persistent volumes",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A persistent volume may be a folder of the node. Who creates one mounts what it wants of the node's files, whatever Pod Security admission says of `hostPath`.",
	Fix:      "Let a storage class provision volumes, and grant `persistentvolumeclaims` only.",
	Refs:     refs(cis, "5.1.9", nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"kubescape:C-0278"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: storage}
rules:
- apiGroups: [""]
  resources: [persistentvolumes]
#             ^^^^^^^^^^^^^^^^^ ClusterRole storage may create persistent volumes, folders of the node among them
  verbs: [create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: storage}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: storage}
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
metadata: {name: storage}
rules:
- apiGroups: [""]
  resources: [persistentvolumeclaims]
  verbs: [create]
- apiGroups: [""]
  resources: [persistentvolumes]
  verbs: [get, list]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding("create persistent volumes, folders of the node among them")
		out.Fix = &rule.Fix{Title: "grant persistentvolumeclaims instead"}
		return out
	}, power{"", []string{"persistentvolumes"}, []string{"create"}}),
}
