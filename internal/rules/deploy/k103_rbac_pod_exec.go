package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rbacPodExec = rule.Rule{
	ID:       "TW-K103",
	Name:     "rbac-pod-exec",
	Title:    "Role runs commands in pods",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A command in a pod runs with everything the pod has: its token, its secrets, its network. No image and no review stands between.",
	Fix:      "Leave `pods/exec` and `pods/attach` to people in an emergency, granted for a time; programs need neither.",
	Refs:     refs(nsa, nsaAccess, nist, "4.3.1", practice, "M43", practice, "M69"),
	Aliases:  []string{"trivy:KSV-0053", "trivy:KSV-0054", "kubescape:C-0002", "polaris:clusterrolePodExecAttach", "polaris:rolePodExecAttach"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: console}
rules:
- apiGroups: [""]
  resources: [pods/exec]
#             ^^^^^^^^^ ClusterRole console may run commands in the pods of every namespace that it is bound in
  verbs: [create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: console}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: console}
subjects: [{kind: ServiceAccount, name: worker, namespace: ops}]
---
apiVersion: v1
kind: Pod
metadata: {name: worker, namespace: ops}
spec:
  serviceAccountName: worker
  containers: [{name: worker, image: example.com/worker:1}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: debug, namespace: ops}
rules:
- apiGroups: [""]
  resources: [pods/attach]
#             ^^^^^^^^^^^ Role debug may run commands in the pods of namespace ops
  verbs: [create, get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: debug, namespace: ops}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: debug}
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
  resources: [pods, pods/log]
  verbs: [get, list, watch]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding("run commands in the pods " + h.where())
		out.Aliases = execAliases(h)
		if !h.cluster() {
			out.Severity = rule.Medium
		}
		out.Fix = &rule.Fix{Title: "leave pods/exec and pods/attach out"}
		return out
	}, power{"", []string{"pods/exec", "pods/attach"}, []string{"create", "get"}}),
}

// execAliases returns the checks that find the very right: trivy has one for
// each subresource, polaris one for each kind of role.
func execAliases(h held) []string {
	out := []string{}
	if !builtInRole(h.role) {
		out = append(out, polarisExec(h.role))
	}
	if !slices.Contains(h.verbs, "create") {
		return out
	}
	if slices.Contains(h.resources, "pods/exec") {
		out = append(out, "trivy:KSV-0053", "kubescape:C-0002")
	}
	if slices.Contains(h.resources, "pods/attach") {
		out = append(out, "trivy:KSV-0054")
	}
	return out
}
