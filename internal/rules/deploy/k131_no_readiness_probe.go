package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noReadinessProbe = rule.Rule{
	ID:       "TW-K131",
	Name:     "no-readiness-probe",
	Title:    "Container without a readiness probe",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Without a readiness probe a pod gets requests as soon as its process runs, ready or not, and a rollout goes on although the new version never answers.",
	Fix:      "Add a `readinessProbe` that says whether the program can serve.",
	Refs:     refs(practice, "M28", practice, "M70"),
	Aliases:  []string{"kube-linter:no-readiness-probe", "kubescape:C-0018", "checkov:CKV_K8S_9", "polaris:readinessProbeMissing", "kube-score:pod-probes"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
#       ^^^^^^^^^ no readiness probe for container web and container side, which Service web sends requests to
        image: example.com/web:1
      - name: side
        image: example.com/side:1
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`, `
-- alone.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
#   ^^^^^^^^^ no readiness probe for container web
    image: example.com/web:1
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers: [{name: first, image: "example.com/first:1"}]
  containers: [{name: web, image: "example.com/web:1", readinessProbe: {httpGet: {path: /ready, port: 80}}}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec: {template: {spec: {containers: [{name: once, image: "example.com/once:1"}]}}}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		if batch(w) {
			return
		}
		probed := func(c *manifest.Container) bool { return c.Field.Get("readinessProbe").Exists() }
		missing := containers(w, func(c *manifest.Container) bool { return ordinary(c) && !probed(c) })
		if len(missing) == 0 {
			return
		}
		f := lacks(missing, []string{"readinessProbe"}, "no readiness probe for %s", everyOne(missing))
		s := serves(w)
		if s != nil {
			f.Message += ", which Service " + s.Object.Name + " sends requests to"
		}
		f.Fix = &rule.Fix{Title: "add a readinessProbe that says whether the program can serve"}
		f.Aliases = aliases("kube-linter:no-readiness-probe", "kubescape:C-0018", "checkov:CKV_K8S_9", "polaris:readinessProbeMissing").
			when(s != nil && !slices.ContainsFunc(w.Containers, probed), "kube-score:pod-probes")
		p.Report(f)
	}),
}
