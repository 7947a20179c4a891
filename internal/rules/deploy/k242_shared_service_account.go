package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var sharedServiceAccount = rule.Rule{
	ID:       "TW-K242",
	Name:     "shared-service-account",
	Title:    "Applications share a service account with rights",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What one of the applications needs all of them may, the audit log cannot tell them apart, and the rights of one cannot be taken away without stopping the others.",
	Fix:      "Give each application an account of its own, bound to what it needs.",
	Refs:     refs(cis, "5.1.5", nsa, nsaAccess, nist, "4.3.1", practice, "M45", practice, "M43"),
	Bad: []string{`
-- shop.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {serviceAccountName: common, containers: [{name: c, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: mail, namespace: shop, labels: {app: mail}}
spec: {serviceAccountName: common, containers: [{name: c, image: "example.com/mail:1"}]}
#                          ^^^^^^ Pod mail and Pod web share service account common, which holds Role jobs
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: common, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: jobs}
subjects: [{kind: ServiceAccount, name: common}]
`},
	Good: []string{`
-- shop.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {serviceAccountName: rightless, containers: [{name: c, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: mail, namespace: shop, labels: {app: mail}}
spec: {serviceAccountName: rightless, containers: [{name: c, image: "example.com/mail:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: controller, namespace: shop, labels: {app.kubernetes.io/name: controller, app.kubernetes.io/part-of: operator}}
spec: {serviceAccountName: operator, containers: [{name: c, image: "example.com/mail:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: webhook, namespace: shop, labels: {app.kubernetes.io/name: webhook, app.kubernetes.io/part-of: operator}}
spec: {serviceAccountName: operator, containers: [{name: c, image: "example.com/mail:1"}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: operator, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: jobs}
subjects: [{kind: ServiceAccount, name: operator}]
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		account := w.ServiceAccount()
		if account == "default" { // another rule's matter
			return
		}
		g := p.Graph(w.Object.Render)
		users := slices.DeleteFunc(g.RunningAs(w.Object.Namespace, account), func(o *manifest.Workload) bool {
			return o.Object.Namespace != w.Object.Namespace || w.Object.Namespace == "" && o.Object.Render != w.Object.Render
		})
		if len(users) < 2 || first(users) != w {
			return
		}
		var strangers []*manifest.Object
		for _, o := range users {
			if o != w && !related(o, w) {
				strangers = append(strangers, o.Object)
			}
		}
		held := g.Grants(w)
		if len(strangers) == 0 || len(held) == 0 {
			return
		}
		at := w.PodSpec.Get("serviceAccountName")
		role := held[0].Binding.Field("roleRef")
		f := aggregated(w, at, "serviceAccountName", "%s and %s share service account %s, which holds %s %s", named(w.Object), few(strangers), account, role.Get("kind").String(), role.Get("name").String())
		f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: held[0].Subject.Field.Span(), Message: "bound here"})
		f.Fix = &rule.Fix{Title: "give each application an account of its own"}
		p.Report(f)
	}),
}

// first returns the workload whose name comes first, whatever the order of the files.
func first(ws []*manifest.Workload) *manifest.Workload {
	return slices.MinFunc(ws, func(a, b *manifest.Workload) int {
		if a.Object.Name != b.Object.Name {
			if a.Object.Name < b.Object.Name {
				return -1
			}
			return 1
		}
		if a.Object.Kind < b.Object.Kind {
			return -1
		}
		return 1
	})
}

// related reports whether the labels of two workloads say that they are parts of
// one application, or one runs the image of the other.
func related(a, b *manifest.Workload) bool {
	for _, key := range []string{"app.kubernetes.io/part-of", "app.kubernetes.io/name", "app.kubernetes.io/instance", "app", "k8s-app", "name"} {
		if v := a.Labels[key]; v != "" && v == b.Labels[key] {
			return true
		}
		if v := a.Object.Labels()[key]; v != "" && v == b.Object.Labels()[key] {
			return true
		}
	}
	return slices.ContainsFunc(a.Containers, func(c *manifest.Container) bool {
		return slices.ContainsFunc(b.Containers, func(d *manifest.Container) bool {
			return c.Image.Canonical != "" && c.Image.Canonical == d.Image.Canonical
		})
	})
}
