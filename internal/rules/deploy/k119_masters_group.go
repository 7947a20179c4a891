package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var mastersGroup = rule.Rule{
	ID:       "TW-K119",
	Name:     "masters-group",
	Title:    "Group system:masters is used",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "For `system:masters` no authorisation is asked at all: no role, no webhook, no way to take it back short of a new certificate authority.",
	Fix:      "Bind a role to a group of your own; keep system:masters for the day on which nothing else works.",
	Refs:     refs(cis, "5.1.7", nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Aliases:  []string{"trivy:KSV-0123", "kubescape:C-0246"},
	Bad: []string{`
-- binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admins}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects:
- {kind: Group, name: "system:masters"}
#                     ^^^^^^^^^^^^^^^^ ClusterRole admin is bound to the group that no authorisation is asked for
`},
	Good: []string{`
-- binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: cluster-admin}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: Group, name: "system:masters"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admins}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{kind: Group, name: platform-team}]
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if o.Name == "cluster-admin" && o.Kind == "ClusterRoleBinding" {
			return // the binding that every cluster is born with
		}
		eachSubject(p, o, "is bound to the group that no authorisation is asked for", "system:masters")
	}, "ClusterRoleBinding", "RoleBinding"),
}
