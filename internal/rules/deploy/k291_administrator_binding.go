package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var administratorBinding = rule.Rule{
	ID:       "TW-K291",
	Name:     "administrator-binding",
	Title:    "Binding gives one of the built-in strong roles",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "The built-in roles `admin` and `edit` reach all secrets and all pods of a namespace, `cluster-admin` everything there is, and roles added to them later come along unseen.",
	Fix:      "Bind a role that lists what is needed.",
	Refs:     refs(cis, "5.1.1", nsa, nsaAccess, nist, "4.3.1"),
	Aliases:  []string{"trivy:KSV-0111"},
	Bad: []string{`
-- binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ci, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
#                                                                       ^^^^ RoleBinding ci gives the built-in role edit
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}]
`},
	Good: []string{`
-- binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ci, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: ci, namespace: shop}]
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		role := o.Field("roleRef", "name")
		if !isBinding(o) || !slices.Contains([]string{"cluster-admin", "admin", "edit"}, role.String()) {
			return
		}
		f := finding(role, nil, "%s gives the built-in role %s", named(o), role.String())
		f.Fix = &rule.Fix{Title: "bind a role that lists what is needed"}
		p.Report(f)
	}, "ClusterRoleBinding", "RoleBinding"),
}
