package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var danglingBinding = rule.Rule{
	ID:       "TW-K249",
	Name:     "dangling-role-binding",
	Title:    "Binding of a role or account that does not exist",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A binding to a missing role grants nothing, and everything that a role of that name is given later on. One to a missing account serves whoever creates an account of that name.",
	Fix:      "Correct the name, its kind or its namespace, or remove the binding.",
	Refs:     refs(cis, "5.1.5", nsa, nsaAccess, nist, "4.3.1", practice, "M43"),
	Bad: []string{`
-- kustomization.yaml --
resources: [rbac.yaml]
-- rbac.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: raeder}
#                                                                ^^^^^^ RoleBinding web grants Role raeder, which does not exist here
subjects:
- {kind: ServiceAccount, name: wbe}
#                              ^^^ RoleBinding web grants Role raeder to service account wbe, which does not exist here
- {kind: ServiceAccount, name: elsewhere, namespace: ops}
`},
	Good: []string{`
-- kustomization.yaml --
resources: [rbac.yaml]
-- rbac.yaml --
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: web, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: web}, {kind: ServiceAccount, name: default}, {kind: User, name: jane}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: auth}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:auth-delegator"}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: operator}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: of-an-operator}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: shop-auth-reader, namespace: kube-system}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: extension-apiserver-authentication-reader}
subjects: [{kind: ServiceAccount, name: web, namespace: shop}]
`},
	Check: rule.EachObject(func(p *rule.Pass, b *manifest.Object) {
		if !isBinding(b) {
			return
		}
		ref := b.Field("roleRef")
		kind, name := ref.Get("kind").String(), ref.Get("name")
		if knownRole(kind, b.Namespace, name.String()) || !meantToBring(p, b.Render, kind) && kind == "ClusterRole" {
			// a ClusterRole is more often an operator's or the platform's than not
		} else if (kind == "Role" || kind == "ClusterRole") && lacking(p, b, kind, name.String()) {
			f := finding(name, nil, "%s grants %s %s, which does not exist here", named(b), kind, name.String())
			f.Fix = &rule.Fix{Title: "correct the name or the kind of the role"}
			f.Severity = sureOf(p, b, kind)
			p.Report(f)
		}
		for _, s := range b.Subjects() {
			if s.Kind != "ServiceAccount" || s.Name == "default" || s.Namespace != b.Namespace && b.Kind == "RoleBinding" || !lackingIn(p, b, s.Kind, s.Namespace, s.Name) {
				continue
			}
			if len(p.Graph(b.Render).RunningAs(s.Namespace, s.Name)) > 0 || !hasAccounts(p, b.Render, s.Namespace) {
				continue // the pod without its account is another rule's matter
			}
			f := finding(s.Field.Get("name"), nil, "%s grants %s %s to service account %s, which does not exist here", named(b), kind, name.String(), s.Name)
			f.Key += "." + s.String()
			f.Fix = &rule.Fix{Title: "correct the name or namespace of the account, or take it out"}
			f.Severity = sureOf(p, b, "ServiceAccount")
			p.Report(f)
		}
	}, bindingKinds[:]...),
}

// knownRole reports whether every cluster has the role.
func knownRole(kind, namespace, name string) bool {
	switch {
	case strings.HasPrefix(name, "system:"), strings.HasPrefix(namespace, "kube-"):
		return true
	case kind == "ClusterRole":
		return name == "cluster-admin" || name == "admin" || name == "edit" || name == "view"
	}
	return false
}

// sureOf grades a dangling reference by whether the render is meant to bring
// objects of the kind.
func sureOf(p *rule.Pass, from *manifest.Object, kind string) rule.Severity {
	if meantToBring(p, from.Render, kind) {
		return rule.Medium
	}
	return rule.Low
}

// hasAccounts reports whether the manifests bring service accounts for a namespace.
func hasAccounts(p *rule.Pass, r *manifest.Render, namespace string) bool {
	for _, o := range kindsBeside(p, r, "ServiceAccount") {
		if o.Namespace == namespace {
			return true
		}
	}
	return false
}
