package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var defaultAccountGranted = rule.Rule{
	ID:       "TW-K203",
	Name:     "default-account-granted",
	Title:    "Rights are given to the default service account",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The default account is what every pod of the namespace runs as that was given no other. What it is granted, all of them have, next year's too.",
	Fix:      "Make a ServiceAccount for the application that needs the rights, and bind the role to that.",
	Refs:     refs(cis, "5.1.5", nsa, nsaAccess, nist, "4.3.1", practice, "M45", practice, "M43"),
	Aliases:  []string{"checkov:CKV_K8S_42", "kubescape:C-0225"},
	Bad: []string{`
-- binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: read, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: read}
subjects: [{kind: ServiceAccount, name: default}]
#                                       ^^^^^^^ Role read is given to every pod of its namespace that has no account of its own
`},
	Good: []string{`
-- binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: read, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: read}
subjects: [{kind: ServiceAccount, name: web}, {kind: User, name: default}]
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		role := o.Field("roleRef")
		if !isBinding(o) || slices.Contains(publicRoles[:], role.Get("name").String()) {
			return
		}
		for _, s := range o.Field("subjects").Items() {
			if s.Get("kind").String() != "ServiceAccount" || s.Get("name").String() != "default" {
				continue
			}
			f := finding(s.Get("name"), nil, "%s %s is given to every pod of its namespace that has no account of its own", role.Get("kind").String(), role.Get("name").String())
			f.Key += "." + s.Get("namespace").String()
			f.Fix = &rule.Fix{Title: "bind the role to a ServiceAccount of the application"}
			p.Report(f)
		}
	}, "RoleBinding", "ClusterRoleBinding"),
}
