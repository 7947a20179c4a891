package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rbacCreatePods = rule.Rule{
	ID:       "TW-K102",
	Name:     "rbac-create-pods",
	Title:    "Role creates pods",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Who makes a pod chooses its service account, its node and what it mounts: every secret and every account of the namespace can be had that way, and where admission allows it, the node.",
	Fix:      "Grant it only to controllers whose work it is, in a Role of the namespace that they work in; let Pod Security admission bound what they may create.",
	Refs:     refs(cis, "5.1.4", nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"trivy:KSV-0048", "kubescape:C-0188"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: runner}
rules:
- apiGroups: [""]
  resources: [pods]
#             ^^^^ ClusterRole runner may create pods of every namespace that it is bound in
  verbs: [create, get]
- apiGroups: [apps]
  resources: [deployments, statefulsets]
#             ^^^^^^^^^^^ ClusterRole runner may create and patch deployments, statefulsets of every namespace that it is bound in
  verbs: [patch, create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: runner}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: runner}
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
- apiGroups: ["", apps]
  resources: [pods, deployments]
  verbs: [get, list, watch, delete]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding(verbList(h.verbs) + " " + strings.Join(h.resources, ", ") + " " + h.where())
		if !slices.Contains(h.verbs, "create") {
			out.Aliases = []string{"trivy:KSV-0048"}
		}
		if !h.cluster() {
			out.Severity = rule.Low
		}
		out.Fix = &rule.Fix{Title: "grant it to controllers only, in the namespace that they work in"}
		return out
	}, power{"", []string{"pods", "replicationcontrollers"}, making},
		power{"apps", []string{"deployments", "statefulsets", "daemonsets", "replicasets"}, making}, power{"batch", []string{"jobs", "cronjobs"}, making}),
}
