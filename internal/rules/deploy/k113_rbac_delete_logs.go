package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var rbacDeleteLogs = rule.Rule{
	ID:       "TW-K113",
	Name:     "rbac-delete-logs",
	Title:    "Role deletes logs",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever breaks in removes the traces first. No program needs to delete the logs of pods.",
	Fix:      "Grant `get` on `pods/log`, nothing else.",
	Refs:     refs(practice, "M43", practice, "M106"),
	Aliases:  []string{"trivy:KSV-0042"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: rotate}
rules:
- apiGroups: [""]
  resources: [pods/log]
#             ^^^^^^^^ ClusterRole rotate may delete the logs of pods
  verbs: [delete]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: rotate}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: rotate}
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
  resources: [pods/log]
  verbs: [get, list]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding("delete the logs of pods")
		out.Fix = &rule.Fix{Title: "grant get only"}
		return out
	}, power{"", []string{"pods/log"}, []string{"delete", "deletecollection"}}),
}
