package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var rbacTokenCreate = rule.Rule{
	ID:       "TW-K110",
	Name:     "rbac-token-create",
	Title:    "Role makes tokens of service accounts",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Who makes tokens for service accounts is any of them: the rights of the strongest account of the namespace, or of the cluster.",
	Fix:      "Name the account that is meant in `resourceNames`.",
	Refs:     refs(cis, "5.1.13", nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"kubescape:C-0282"},
	Bad: []string{`
-- role.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: issuer}
rules:
- apiGroups: [""]
  resources: [serviceaccounts/token]
#             ^^^^^^^^^^^^^^^^^^^^^ ClusterRole issuer may make tokens of all service accounts of every namespace that it is bound in
  verbs: [create]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: issuer}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: issuer}
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
kind: Role
metadata: {name: issuer, namespace: ops}
rules:
- apiGroups: [""]
  resources: [serviceaccounts/token]
  resourceNames: [backup]
  verbs: [create]
`},
	Check: eachPower(func(_ *rule.Pass, h held) rule.Finding {
		out := h.finding("make tokens of all service accounts " + h.where())
		if !h.cluster() {
			out.Severity = rule.Medium
		}
		out.Fix = &rule.Fix{Title: "name the account in resourceNames"}
		return out
	}, power{"", []string{"serviceaccounts/token"}, []string{"create"}}),
}
