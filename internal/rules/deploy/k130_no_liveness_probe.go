package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noLivenessProbe = rule.Rule{
	ID:       "TW-K130",
	Name:     "no-liveness-probe",
	Title:    "Container without a liveness probe",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "A program that hangs without ending is only replaced if something notices. The kubelet does, by a liveness probe; for a Job the deadline is enough. A probe that asks too much restarts what is merely busy, so a program that ends when it is broken needs none.",
	Fix:      "Add a `livenessProbe` that asks the program itself and nothing behind it, or to a Job `activeDeadlineSeconds`.",
	Refs:     refs(practice, "M70"),
	Aliases:  []string{"kube-linter:no-liveness-probe", "kubescape:C-0056", "checkov:CKV_K8S_8", "polaris:livenessProbeMissing"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
#   ^^^^^^^^^ no liveness probe for container web and container side
    image: example.com/web:1
  - name: fine
    image: example.com/fine:1
    livenessProbe: {tcpSocket: {port: 80}}
  - name: side
    image: example.com/side:1
`, `
-- job.yaml --
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec:
      containers:
      - name: once
#       ^^^^^^^^^^ nothing notices if container once hangs: no liveness probe, no activeDeadlineSeconds
        image: example.com/once:1
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers: [{name: first, image: "example.com/first:1"}]
  containers: [{name: web, image: "example.com/web:1", livenessProbe: {httpGet: {path: /, port: 80}}}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {activeDeadlineSeconds: 600, template: {spec: {containers: [{name: once, image: "example.com/once:1"}]}}}}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		missing := containers(w, func(c *manifest.Container) bool { return ordinary(c) && !c.Field.Get("livenessProbe").Exists() })
		if len(missing) == 0 {
			return
		}
		f := lacks(missing, []string{"livenessProbe"}, "no liveness probe for %s", everyOne(missing))
		f.Fix = &rule.Fix{Title: "add a livenessProbe that asks the program itself"}
		if batch(w) {
			if ends(w) {
				return
			}
			f.Message = "nothing notices if " + everyOne(missing) + " hangs: no liveness probe, no activeDeadlineSeconds"
			f.Fix.Title = "set activeDeadlineSeconds"
			f.Aliases = aliases("kube-linter:no-liveness-probe", "kubescape:C-0056")
		}
		p.Report(f)
	}),
}

// ends reports whether a Job is stopped when it takes too long.
func ends(w *manifest.Workload) bool {
	const deadline = "activeDeadlineSeconds"
	return w.PodSpec.Get(deadline).Exists() || w.Object.Field("spec", deadline).Exists() ||
		w.Object.Field("spec", "jobTemplate", "spec", deadline).Exists()
}
