package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noTopologySpread = rule.Rule{
	ID:       "TW-K143",
	Name:     "no-topology-spread",
	Title:    "Workload without topology spread constraints",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "The scheduler spreads pods over zones and nodes by its own defaults, which give way to free memory; a constraint of the workload's own does not.",
	Fix:      "Add a constraint for `topology.kubernetes.io/zone` with the pods' own labels.",
	Refs:     refs(practice, "M70"),
	Aliases:  []string{"polaris:topologySpreadConstraint"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
#   ^^^^ Deployment web has no topologySpreadConstraints
      containers:
      - {name: web, image: "example.com/web:1"}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  topologySpreadConstraints:
  - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}
  containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {containers: [{name: once, image: "example.com/once:1"}]}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: everywhere}
spec:
  selector: {matchLabels: {app: everywhere}}
  template:
    metadata: {labels: {app: everywhere}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		constraints := w.PodSpec.Get("topologySpreadConstraints")
		if batch(w) || w.Object.Kind == "DaemonSet" || len(constraints.Items()) > 0 {
			return
		}
		f := finding(constraints, nil, "%s has no topologySpreadConstraints", named(w.Object))
		f.Fix = &rule.Fix{Title: "spread the pods over zones by topologySpreadConstraints"}
		p.Report(f)
	}),
}
