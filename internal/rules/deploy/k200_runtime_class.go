package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var runtimeClass = rule.Rule{
	ID:       "TW-K200",
	Name:     "runtime-class",
	Title:    "RuntimeClass that does not exist",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The cluster refuses a pod whose RuntimeClass it does not know, so a sandbox with a misspelt name is a workload that does not start.",
	Fix:      "Correct the name, or add the RuntimeClass.",
	Refs:     refs(nist, "4.4.3", practice, "M62"),
	Bad: []string{`
-- kustomization.yaml --
resources: [web.yaml]
-- web.yaml --
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: gvisor}
handler: runsc
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  runtimeClassName: gvizor
#                   ^^^^^^ Pod web asks for RuntimeClass gvizor, but only gvisor is here
  containers: [{name: web, image: "example.com/web:1"}]
`, `
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  runtimeClassName: kata
#                   ^^^^ Pod web asks for RuntimeClass kata, which the cluster must have: it is not here
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: gvisor}
handler: runsc
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {runtimeClassName: gvisor, containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		name := w.PodSpec.Get("runtimeClassName")
		if !lacking(p, w.Object, "RuntimeClass", name.String()) {
			return
		}
		var known []string
		for _, o := range kindsBeside(p, w.Object.Render, "RuntimeClass") {
			known = append(known, o.Name)
		}
		f := finding(name, nil, "%s %s asks for RuntimeClass %s, which the cluster must have: it is not here", w.Object.Kind, w.Object.Name, name.String())
		f.Severity = rule.Info
		if len(known) > 0 {
			f = finding(name, nil, "%s %s asks for RuntimeClass %s, but only %s is here", w.Object.Kind, w.Object.Name, name.String(), verbList(known))
		}
		f.Fix = &rule.Fix{Title: "correct the name, or add the RuntimeClass"}
		p.Report(f)
	}),
}
