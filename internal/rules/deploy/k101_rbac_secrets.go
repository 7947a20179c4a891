package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var rbacSecrets = rule.Rule{
	ID:       "TW-K101",
	Name:     "rbac-secrets-read",
	Title:    "Role reads all secrets",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Who may get, list or watch secrets without naming them has every password and token of the namespace, or of the cluster: list and watch return the contents too. From a token of a stronger account it is one step to that account's rights.",
	Fix:      "Name the secrets that are needed in `resourceNames` with the verb `get`, in a Role of the namespace, or mount them into the pod.",
	Refs:     refs(cis, "5.1.2", nsa, nsaAccess, nist, "4.3.1", practice, "M43", practice, "M48"),
	Aliases:  []string{"trivy:KSV-0041", "trivy:KSV-0113", "kubescape:C-0015", "kubescape:C-0186"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: reader}
rules:
- apiGroups: [""]
  resources: [configmaps, secrets]
#                         ^^^^^^^ ClusterRole reader may get and list all secrets of every namespace that it is bound in
  verbs: [get, list]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reader}
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
metadata: {name: own, namespace: ops}
rules:
- apiGroups: [""]
  resources: [secrets]
#             ^^^^^^^ Role own may get, list and watch all secrets of namespace ops; nothing here binds it
  verbs: ["*"]
`},
	Good: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: one, namespace: ops}
rules:
- apiGroups: [""]
  resources: [secrets]
  resourceNames: [tls]
  verbs: [get]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: writer}
rules:
- apiGroups: [""]
  resources: [secrets]
  verbs: [create]
- apiGroups: [acme.io]
  resources: [secrets]
  verbs: [get]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding(verbList(h.verbs) + " all secrets " + h.where())
		out.Aliases = []string{"kubescape:C-0015", "kubescape:C-0186", "trivy:KSV-0113"}
		if h.cluster() {
			out.Aliases[2] = "trivy:KSV-0041"
		} else {
			out.Severity = rule.Medium
		}
		out.Fix = &rule.Fix{Title: "name the secrets in resourceNames, with the verb get only"}
		return out
	}, power{"", []string{"secrets"}, reading}),
}
