package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var keptJob = rule.Rule{
	ID:       "TW-K149",
	Name:     "kept-job",
	Title:    "Job that stays after it has ended",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "A Job that is done stays in the cluster with its pods and their logs until somebody deletes it. The Jobs of a CronJob are kept by its history limits; a time to live beside them makes the stricter one count.",
	Fix:      "Set `ttlSecondsAfterFinished` on a Job, and the history limits on a CronJob.",
	Refs:     refs(practice, "M31"),
	Aliases:  []string{"kube-linter:job-ttl-seconds-after-finished"},
	Fixable:  true,
	Bad: []string{`
-- job.yaml --
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
^^^^ Job once stays in the cluster after it has ended
  backoffLimit: 1
  template: {spec: {containers: [{name: once, image: "example.com/once:1"}]}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      ttlSecondsAfterFinished: 60
#                              ^^ the Jobs of CronJob nightly have a time to live beside the history limits; the stricter counts
      template: {spec: {containers: [{name: once, image: "example.com/once:1"}]}}
`},
	Good: []string{`
-- job.yaml --
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  ttlSecondsAfterFinished: 3600
  template: {spec: {containers: [{name: once, image: "example.com/once:1"}]}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {containers: [{name: once, image: "example.com/once:1"}]}}}}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		const ttl = "ttlSecondsAfterFinished"
		if !batch(w) {
			return
		}
		spec := w.Object.Field("spec")
		if w.Object.Kind == "CronJob" {
			if live := spec.Get("jobTemplate", "spec", ttl); live.Exists() {
				f := finding(live, nil, "the Jobs of %s have a time to live beside the history limits; the stricter counts", named(w.Object))
				f.Fix = &rule.Fix{Title: "set the history limits instead"}
				p.Report(f)
			}
			return
		}
		if spec.Get(ttl).Exists() {
			return
		}
		f := finding(spec.Get(ttl), nil, "%s stays in the cluster after it has ended", named(w.Object))
		f.Fix = add(spec, "set ttlSecondsAfterFinished: 86400, or how long its logs are of use", "86400", ttl)
		p.Report(f)
	}),
}
