package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var mountedToken = rule.Rule{
	ID:       "TW-K024",
	Name:     "mounted-token",
	Title:    "Pod mounts a token for the API server that it has no use for",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Unless told otherwise every pod gets the token of its service account, in a file that anything in the container can read. Whoever gets in speaks to the API server as that account; with the `default` account, as every pod of the namespace that was given no other.",
	Fix:      "Set `automountServiceAccountToken: false` in the pod's spec, or on the ServiceAccount. A pod that does speak to the API server should have an account of its own.",
	Refs: refs(cis, "5.1.6", nsa, nsaAccess, nist, "4.3.1",
		practice, "M47", practice, "M45"),
	Aliases: []string{"kubeaudit:asat"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ the pod mounts the token of the namespace's default service account
  containers:
  - {name: web, image: example.com/web:1}
`, `
-- shop.yaml --
apiVersion: v1
kind: ServiceAccount
metadata: {name: cart, namespace: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop}
spec:
^^^^ the pod mounts the token of service account cart, which is granted nothing here
  serviceAccountName: cart
  containers:
  - {name: cart, image: example.com/cart:1}
`, `
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  automountServiceAccountToken: true
#                               ^^^^ the pod mounts the token of the namespace's default service account
  containers:
  - {name: web, image: example.com/web:1}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  automountServiceAccountToken: false
  containers:
  - {name: web, image: example.com/web:1}
`, `
-- account.yaml --
apiVersion: v1
kind: ServiceAccount
metadata: {name: cart}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Pod
metadata: {name: cart}
spec:
  serviceAccountName: cart
  containers:
  - {name: cart, image: example.com/cart:1}
`, `
-- controller.yaml --
apiVersion: v1
kind: ServiceAccount
metadata: {name: controller, namespace: ops}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: controller, namespace: ops}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: controller}
subjects: [{kind: ServiceAccount, name: controller}]
---
apiVersion: v1
kind: Pod
metadata: {name: controller, namespace: ops}
spec:
  serviceAccountName: controller
  containers:
  - {name: controller, image: example.com/controller:1}
`, `
-- accounts/account.yaml --
apiVersion: v1
kind: ServiceAccount
metadata: {name: controller, namespace: ops}
-- roles/binding.yaml --
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: controller, namespace: ops}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: controller}
subjects: [{kind: ServiceAccount, name: controller, namespace: ops}]
-- pods/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: controller, namespace: ops}
spec:
  serviceAccountName: controller
  containers:
  - {name: controller, image: example.com/controller:1}
`, `
-- namespace-given-at-apply.yaml --
apiVersion: v1
kind: ServiceAccount
metadata: {name: controller}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: controller}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: controller}
subjects: [{kind: ServiceAccount, name: controller, namespace: ops}]
---
apiVersion: v1
kind: Pod
metadata: {name: controller}
spec:
  serviceAccountName: controller
  containers:
  - {name: controller, image: example.com/controller:1}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		setting := w.PodSpec.Get("automountServiceAccountToken")
		if on, set := setting.Bool(); set && !on || controlPlanePod(w.Object) {
			return
		}
		name := w.ServiceAccount()
		account := serviceAccount(p, w.Object.Render, w.Object.Namespace, name)
		if account != nil && !setting.Exists() {
			if on, set := account.Field("automountServiceAccountToken").Bool(); set && !on {
				return
			}
		}
		f := finding(setting, nil, "the pod mounts the token of the namespace's default service account")
		if name != "default" {
			if account == nil || w.Object.Render.Partial || granted(p, account) {
				return
			}
			f = finding(setting, nil, "the pod mounts the token of service account %s, which is granted nothing here", name)
			f.Severity = rule.Low
			f.Aliases = []string{} // kubeaudit means the default account
		}
		const title = "set automountServiceAccountToken: false"
		if f.Fix = set(setting, title, "false"); !setting.Exists() {
			f.Fix = add(w.PodSpec, title, "false", "automountServiceAccountToken")
		}
		p.Report(f)
	}),
}

func serviceAccount(p *rule.Pass, r *manifest.Render, namespace, name string) *manifest.Object {
	for _, o := range p.Graph(r).Named("ServiceAccount", name) {
		if o.Namespace == namespace {
			return o
		}
	}
	return nil
}

// granted reports whether the account has some use for its token: a binding names
// it, or an annotation ties it to an identity of the cloud. An
// account whose namespace is given only when it is applied matches any.
func granted(p *rule.Pass, account *manifest.Object) bool {
	if len(account.Annotations()) > 0 {
		return true
	}
	for _, o := range kindsBeside(p, account.Render, bindingKinds[:]...) {
		if isBinding(o) && slices.ContainsFunc(o.Subjects(), func(s manifest.Subject) bool {
			return s.Kind == "ServiceAccount" && s.Name == account.Name && (s.Namespace == account.Namespace || s.Namespace == "" || account.Namespace == "") ||
				s.Kind == "Group" && s.Name == "system:serviceaccounts:"+account.Namespace
		}) {
			return true
		}
	}
	return false
}
