package deploy

import (
	"fmt"
	"slices"

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
		var homeless []*manifest.Object
		for _, w := range r.Workloads() {
			homeless = append(homeless, w.Object)
		}
		for _, s := range r.Services() {
			homeless = append(homeless, s.Object)
		}
		homeless = slices.DeleteFunc(homeless, func(o *manifest.Object) bool { return o.Namespace != "" && o.Namespace != "default" })
		if len(homeless) == 0 {
			return
		}
		f := finding(homeless[0].Field("metadata", "namespace"), nil, "%s names no namespace of its own", named(homeless[0]))
		if more := len(homeless) - 1; more > 0 {
			f.Message = fmt.Sprintf("%s and %d more name no namespace of their own", named(homeless[0]), more)
		}
		f.Key = "metadata.namespace"
		f.Fix = &rule.Fix{Title: "write metadata.namespace, or set it in the kustomization"}
		p.Report(f)
	}),
}
