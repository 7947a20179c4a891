package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unstatedNamespace = rule.Rule{
	ID:       "TW-K287",
	Name:     "unstated-namespace",
	Title:    "Object goes to the namespace default, or to whichever the caller is in",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "A manifest without a namespace is put where the one who applies it happens to be, and that is `default` unless he has chosen. Where a pipeline or an overlay always names the namespace, this is no loss.",
	Fix:      "Write `metadata.namespace`, or set it once in the kustomization.",
	Refs:     refs(cis, "5.7.1", cis, "5.7.4", nist, "4.3.3", practice, "M36"),
	Aliases:  []string{"kube-linter:use-namespace"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
^^^^^^^^ Pod web names no namespace of its own
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		report := func(o *manifest.Object) {
			if o.Namespace != "" && o.Namespace != "default" {
				return
			}
			f := finding(o.Field("metadata", "namespace"), nil, "%s names no namespace of its own", named(o))
			f.Fix = &rule.Fix{Title: "write metadata.namespace, or set it in the kustomization"}
			p.Report(f)
		}
		for _, w := range r.Workloads() {
			report(w.Object)
		}
		for _, s := range r.Services() {
			report(s.Object)
		}
	}),
}
