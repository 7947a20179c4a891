package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var authenticatedBinding = rule.Rule{
	ID:       "TW-K118",
	Name:     "authenticated-binding",
	Title:    "Rights are given to every account",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "`system:authenticated` holds every service account of every namespace, and with some providers everyone who has an account with the provider.",
	Fix:      "Bind the role to the accounts or groups that need it.",
	Refs:     refs(nsa, nsaAccess, nist, "4.3.1", practice, "M43", practice, "M45"),
	Aliases:  []string{"kubescape:C-0265"},
	Bad: []string{`
-- binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: Group, name: "system:authenticated"}
#                     ^^^^^^^^^^^^^^^^^^^^^^ ClusterRole view is given to every account that the cluster knows
`},
	Good: []string{`
-- binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: "system:discovery"}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:discovery"}
subjects: [{kind: Group, name: "system:authenticated"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: Group, name: staff}]
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		eachSubject(p, o, "is given to every account that the cluster knows", "system:authenticated", "system:serviceaccounts")
	}, "ClusterRoleBinding", "RoleBinding"),
}
