package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noNodeAffinity = rule.Rule{
	ID:       "TW-K145",
	Name:     "no-node-affinity",
	Title:    "Workload that may run on any node",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Where nodes differ, in architecture, in trust or in price, a workload that does not say which it needs runs on whichever has room.",
	Fix:      "Say it by `nodeSelector` or `affinity.nodeAffinity`.",
	Refs:     refs(practice, "M32"),
	Aliases:  []string{"kube-linter:no-node-affinity"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  affinity:
# ^^^^^^^^ Pod web does not say which nodes it needs
    podAntiAffinity: {}
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: gpu, operator: Exists}]}]}}}
  containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: v1
kind: Pod
metadata: {name: simple}
spec: {nodeSelector: {disk: ssd}, containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		affinity := w.PodSpec.Get("affinity", "nodeAffinity")
		if affinity.Exists() || w.PodSpec.Get("nodeSelector").Exists() || w.PodSpec.Get("nodeName").Exists() {
			return
		}
		f := finding(affinity, nil, "%s does not say which nodes it needs", named(w.Object))
		f.Fix = &rule.Fix{Title: "say it by nodeSelector or nodeAffinity"}
		p.Report(f)
	}),
}
