package deploy

import (
	"maps"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var danglingService = rule.Rule{
	ID:       "TW-K034",
	Name:     "dangling-service",
	Title:    "Service whose selector selects nothing",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A Service that selects no pod answers nobody, and takes the first pod that happens to carry its labels later on.",
	Fix:      "Make the selector the labels of the pod template that it is meant for.",
	Refs:     refs(practice, "M33"),
	Aliases:  []string{"kube-linter:dangling-service", "kube-score:service-targets-pod"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector:
# ^^^^^^^^ service web selects no pod: nothing here is labelled app=web,tier=front
    app: web
    tier: front
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: outside}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web, more: here}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`, `
-- only-service.yaml --
# its pods are elsewhere
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`, `
-- web/service.yaml --
apiVersion: v1
kind: Service
metadata: {name: cart}
spec: {selector: {app: cart}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
-- cart/cart.yaml --
apiVersion: v1
kind: Pod
metadata: {name: cart, labels: {app: cart}}
spec: {containers: [{name: cart, image: "example.com/cart:1"}]}
`, `
-- operator.yaml --
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {selector: {cluster: orders}, ports: [{port: 5432}]}
---
apiVersion: database.example.com/v1
kind: Cluster
metadata: {name: orders}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		if r.Partial {
			return
		}
		for _, s := range r.Services() {
			if len(s.Selector) == 0 || len(s.Workloads) > 0 || !hasWorkloads(r, s.Object.Namespace) || madeByOperator(r, s) || selectedElsewhere(p, r, s) {
				continue
			}
			f := finding(s.Object.Field("spec", "selector"), nil, "service %s selects no pod: nothing here is labelled %s", s.Object.Name, labels(s.Selector))
			f.Fix = &rule.Fix{Title: "select the labels of the pod template that is meant"}
			p.Report(f)
		}
	}),
}

func hasWorkloads(r *manifest.Render, namespace string) bool {
	return slices.ContainsFunc(r.Workloads(), func(w *manifest.Workload) bool { return w.Object.Namespace == namespace })
}

// selectedElsewhere reports whether plain manifests in another folder have the pods.
func selectedElsewhere(p *rule.Pass, r *manifest.Render, s *manifest.Service) bool {
	return slices.ContainsFunc(p.Graph(r).WorkloadsIn(s.Object.Namespace), func(w *manifest.Workload) bool {
		return covers(w.Labels, s.Selector)
	})
}

// madeByOperator reports whether the pods may come from a custom resource of
// the render: one whose name the selector mentions.
func madeByOperator(r *manifest.Render, s *manifest.Service) bool {
	return slices.ContainsFunc(r.Objects, func(o *manifest.Object) bool {
		if o.Namespace != s.Object.Namespace || !strings.Contains(o.Group(), ".") || strings.HasSuffix(o.Group(), ".k8s.io") {
			return false
		}
		for _, v := range s.Selector {
			if o.Name != "" && strings.Contains(v, o.Name) {
				return true
			}
		}
		return false
	})
}

// labels writes a selector as kubectl does.
func labels(m map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, k+"="+m[k])
	}
	return strings.Join(out, ",")
}
