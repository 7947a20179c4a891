package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var defaultNamespace = rule.Rule{
	ID:       "TW-K037",
	Name:     "default-namespace",
	Title:    "Objects put into the namespace default",
	Severity: rule.Info,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Everything that names no namespace ends up in `default`. Roles, quotas and network policies for one application cannot be told from those of all the others there. Manifests that leave the namespace to whoever applies them are not meant.",
	Fix:      "Give each application a namespace of its own.",
	Refs: refs(cis, "5.7.4", nist, "4.3.3",
		practice, "M36"),
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: default
#            ^^^^^^^ Pod web is put into the namespace default
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
kind: Service
metadata: {name: web}
spec: {selector: {app: web}}
---
apiVersion: v1
kind: Service
metadata: {name: kubernetes, namespace: default}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		told := map[string]bool{} // one line of a kustomization sets it for all objects
		for _, o := range r.Objects {
			at := o.Field("metadata", "namespace")
			if at.String() != "default" || o.Name == "kubernetes" && o.Kind == "Service" {
				continue
			}
			f := finding(at, nil, "%s %s is put into the namespace default", o.Kind, o.Name)
			if told[f.At.String()] {
				continue
			}
			told[f.At.String()] = true
			f.Fix = &rule.Fix{Title: "give the application a namespace of its own"}
			p.Report(f)
		}
	}),
}
