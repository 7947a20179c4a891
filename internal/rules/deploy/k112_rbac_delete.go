package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rbacDelete = rule.Rule{
	ID:       "TW-K112",
	Name:     "rbac-delete",
	Title:    "Role deletes workloads",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Who may delete workloads takes the service down, and with `deletecollection` all of it at once.",
	Fix:      "Grant `delete` to controllers that clean up after themselves, in their namespace.",
	Refs:     refs(nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"kubescape:C-0007"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cleaner}
rules:
- apiGroups: [apps]
  resources: [deployments]
#             ^^^^^^^^^^^ ClusterRole cleaner may delete and deletecollection deployments of every namespace that it is bound in
  verbs: [deletecollection, delete]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: cleaner}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cleaner}
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
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding(verbList(h.verbs) + " " + strings.Join(h.resources, ", ") + " " + h.where())
		out.Fix = &rule.Fix{Title: "leave the verbs out, or bind the role in one namespace"}
		return out
	}, power{"", []string{"pods", "namespaces", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims"}, []string{"delete", "deletecollection"}},
		power{"apps", []string{"deployments", "statefulsets", "daemonsets", "replicasets"}, []string{"delete", "deletecollection"}}, power{"batch", []string{"jobs", "cronjobs"}, []string{"delete", "deletecollection"}}),
}
