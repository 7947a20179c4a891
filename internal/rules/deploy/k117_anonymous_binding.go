package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var anonymousBinding = rule.Rule{
	ID:       "TW-K117",
	Name:     "anonymous-binding",
	Title:    "Rights are given to callers without a name",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever reaches the API server is `system:unauthenticated`, without a password and without a trace. What is bound to it is open to the network that the API server stands in.",
	Fix:      "Bind the role to the accounts that need it. Health endpoints are open by `system:public-info-viewer` already.",
	Refs:     refs(nsa, nsaAccess, nist, "4.3.1", practice, "M43", practice, "M100"),
	Aliases:  []string{"trivy:KSV-0122", "kubescape:C-0262", "kubesec:BindingsToSystemAnonymous"},
	Bad: []string{`
-- binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: dashboard}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects:
- {kind: User, name: "system:anonymous"}
#                    ^^^^^^^^^^^^^^^^^^ ClusterRole view is open to anyone who reaches the API server
- {kind: Group, name: "system:unauthenticated"}
#                     ^^^^^^^^^^^^^^^^^^^^^^^^ ClusterRole view is open to anyone who reaches the API server
`},
	Good: []string{`
-- binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: dashboard}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, name: jane}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: "system:public-info-viewer"}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:public-info-viewer"}
subjects: [{kind: Group, name: "system:unauthenticated"}]
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		eachSubject(p, o, "is open to anyone who reaches the API server", "system:anonymous", "system:unauthenticated")
	}, "ClusterRoleBinding", "RoleBinding"),
}

// publicRoles are what every cluster is born with for all callers.
// https://kubernetes.io/docs/reference/access-authn-authz/rbac/#discovery-roles
var publicRoles = [...]string{"system:public-info-viewer", "system:discovery", "system:basic-user", "system:service-account-issuer-discovery"}

// eachSubject reports the subjects of a binding that have one of the names. A
// namespace's own kubeadm bootstrap bindings read one public ConfigMap.
func eachSubject(p *rule.Pass, binding *manifest.Object, what string, names ...string) {
	role := binding.Field("roleRef")
	if !isBinding(binding) || slices.Contains(publicRoles[:], role.Get("name").String()) || role.Get("name").String() == "kubeadm:bootstrap-signer-clusterinfo" {
		return
	}
	for _, s := range binding.Field("subjects").Items() {
		name := s.Get("name")
		if s.Get("kind").String() == "ServiceAccount" || !slices.Contains(names, name.String()) {
			continue
		}
		f := finding(name, nil, "%s %s %s", role.Get("kind").String(), role.Get("name").String(), what)
		f.Key += "." + name.String()
		if f.Rule = p.Rule; binding.Kind == "ClusterRoleBinding" {
			f.Aliases = withoutTool(f.SameAs(), "trivy") // it reads RoleBindings
		}
		f.Fix = &rule.Fix{Title: "bind the role to the accounts that need it"}
		p.Report(f)
	}
}
