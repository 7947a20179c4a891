package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var clusterAdminBinding = rule.Rule{
	ID:       "TW-K031",
	Name:     "cluster-admin-binding",
	Title:    "Account is made cluster-admin",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "cluster-admin may do everything, everywhere, impersonating everyone. A pod that runs as such an account hands the cluster to whoever gets into it.",
	Fix:      "Bind a role that lists what the account needs, in the namespace where it needs it.",
	Refs: refs(cis, "5.1.1", nsa, nsaAccess, nist, "4.3.1",
		practice, "M43"),
	Aliases: []string{"kube-linter:cluster-admin-role-binding", "polaris:clusterrolebindingClusterAdmin",
		"polaris:rolebindingClusterAdminClusterRole"},
	Bad: []string{`
-- bindings.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: deployer}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cluster-admin
#       ^^^^^^^^^^^^^ ServiceAccount ci/deployer is made administrator of the whole cluster
subjects:
- {kind: ServiceAccount, name: deployer, namespace: ci}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: owner, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
#                                                                       ^^^^^^^^^^^^^ Group shop-owners is made administrator of the namespace, its secrets and roles included
subjects:
- {kind: Group, name: shop-owners}
`},
	Good: []string{`
-- bindings.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: viewer}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: ServiceAccount, name: viewer, namespace: ci}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: cluster-admin}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
- {kind: Group, name: "system:masters"}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		role := o.Field("roleRef", "name")
		if !isBinding(o) || role.String() != "cluster-admin" || o.Field("roleRef", "kind").String() != "ClusterRole" {
			return
		}
		var names []string
		for _, s := range o.Subjects() {
			if s.Name != "system:masters" { // the binding that every cluster is born with
				names = append(names, s.String())
			}
		}
		if len(names) == 0 {
			return
		}
		f := finding(role, nil, "%s is made administrator of the whole cluster", strings.Join(names, ", "))
		if o.Kind == "RoleBinding" {
			f = finding(role, nil, "%s is made administrator of the namespace, its secrets and roles included", strings.Join(names, ", "))
			f.Severity = rule.Medium
			f.Aliases = []string{"polaris:rolebindingClusterAdminClusterRole"}
		} else {
			f.Aliases = []string{"kube-linter:cluster-admin-role-binding", "polaris:clusterrolebindingClusterAdmin"}
		}
		f.Fix = &rule.Fix{Title: "bind a role that lists what the account needs"}
		p.Report(f)
	}, "ClusterRoleBinding", "RoleBinding"),
}
