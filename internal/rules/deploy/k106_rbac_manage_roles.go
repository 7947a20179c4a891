package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rbacManageRoles = rule.Rule{
	ID:       "TW-K106",
	Name:     "rbac-manage-roles",
	Title:    "Role changes roles or bindings",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Who changes bindings hands out every right that it holds itself to accounts of its choice, and keeps them there after its own are taken away. A role changed later is reviewed by nobody.",
	Fix:      "Keep roles and bindings in the repository and let the deployment pipeline apply them.",
	Refs:     refs(nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: manager}
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [rolebindings]
#             ^^^^^^^^^^^^ ClusterRole manager may create and patch rolebindings
  verbs: [create, patch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: manager}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: manager}
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
metadata: {name: reader}
rules:
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, list, watch]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding(verbList(h.verbs) + " " + strings.Join(h.resources, ", "))
		if !h.cluster() {
			out.Severity = rule.Low
		}
		out.Fix = &rule.Fix{Title: "apply roles and bindings from the repository instead"}
		return out
	}, power{"rbac.authorization.k8s.io", []string{"roles", "clusterroles", "rolebindings", "clusterrolebindings"}, making}),
}
