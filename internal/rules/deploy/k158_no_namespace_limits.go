package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noNamespaceLimits = rule.Rule{
	ID:       "TW-K158",
	Name:     "no-namespace-limits",
	Title:    "Namespace without defaults or quotas for CPU and memory",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "A LimitRange gives limits to containers that state none, a ResourceQuota bounds what a namespace takes altogether. Where one of them is missing, or leaves things out, one namespace can starve the others.",
	Fix:      "Add a LimitRange with `default`, `defaultRequest`, `min` and `max` for containers, and a ResourceQuota with requests and limits of CPU and memory.",
	Refs:     refs(nsa, nsaNetwork, practice, "M40", practice, "M41"),
	Aliases:  []string{"trivy:KSV-0039", "trivy:KSV-0040"},
	Bad: []string{`
-- shop.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: shop}
#                ^^^^ namespace shop has no LimitRange and no ResourceQuota
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: ops}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: ops}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: LimitRange
metadata: {name: some, namespace: ops}
spec:
  limits: [{type: Container, default: {cpu: 1}, max: {cpu: 2}}]
# ^^^^^^ LimitRange some does not give containers default, defaultRequest, min and max together
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: some, namespace: ops}
spec:
  hard: {pods: 10, requests.cpu: 1, limits.memory: 1Gi}
# ^^^^ ResourceQuota some does not bound requests.memory and limits.cpu
`},
	Good: []string{`
-- shop.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: empty}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
-- limits/limits.yaml --
apiVersion: v1
kind: LimitRange
metadata: {name: all, namespace: shop}
spec: {limits: [{type: Container, default: {cpu: 1}, defaultRequest: {cpu: 1}, min: {cpu: 100m}, max: {cpu: 2}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: all, namespace: shop}
spec: {hard: {requests.cpu: 1, requests.memory: 1Gi, limits.cpu: 1, limits.memory: 1Gi}}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		for _, o := range r.Objects {
			switch {
			case o.Kind == "LimitRange":
				if !slices.ContainsFunc(o.Field("spec", "limits").Items(), func(l manifest.Field) bool {
					return len(absent(l, "type", "max", "min", "default", "defaultRequest")) == 0
				}) {
					f := finding(o.Field("spec", "limits"), nil, "%s does not give containers default, defaultRequest, min and max together", named(o))
					f.Aliases = aliases("trivy:KSV-0039")
					f.Fix = &rule.Fix{Title: "set default, defaultRequest, min and max for type Container"}
					p.Report(f)
				}
			case o.Kind == "ResourceQuota":
				if left := absent(o.Field("spec", "hard"), "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"); len(left) > 0 {
					f := finding(o.Field("spec", "hard"), nil, "%s does not bound %s", named(o), verbList(left))
					f.Aliases = aliases("trivy:KSV-0040")
					f.Fix = &rule.Fix{Title: "bound " + verbList(left) + " in spec.hard"}
					p.Report(f)
				}
			case o.Kind == "Namespace" && o.Group() == "" && !r.Partial && hasWorkloads(r, o.Name):
				limitless(p, o)
			}
		}
	}),
}

// limitless reports a namespace that has neither a LimitRange nor a
// ResourceQuota, or only one of them.
func limitless(p *rule.Pass, namespace *manifest.Object) {
	left := []string{"LimitRange", "ResourceQuota"}
	for _, o := range kindsBeside(p, namespace.Render, left...) {
		if o.Namespace == namespace.Name {
			left = slices.DeleteFunc(left, func(kind string) bool { return kind == o.Kind })
		}
	}
	if len(left) == 0 {
		return
	}
	f := finding(namespace.Field("metadata", "name"), nil, "namespace %s has no %s", namespace.Name, left[0])
	if len(left) > 1 {
		f.Message += " and no " + left[1]
	}
	f.Aliases = aliases()
	f.Fix = &rule.Fix{Title: "add a " + verbList(left) + " for the namespace"}
	p.Report(f)
}

// absent returns those of the keys that a map does not have.
func absent(m manifest.Field, keys ...string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return m.Get(k).Exists() })
}
