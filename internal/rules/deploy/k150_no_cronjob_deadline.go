package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noCronJobDeadline = rule.Rule{
	ID:       "TW-K150",
	Name:     "no-cronjob-deadline",
	Title:    "CronJob without a deadline for its start",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "A CronJob that could not start on time starts whenever it can, perhaps in the middle of the day; and once it has missed a hundred starts, it is not started any more.",
	Fix:      "Set `startingDeadlineSeconds` to how late a start still makes sense.",
	Refs:     refs(practice, "M33"),
	Aliases:  []string{"kube-score:cronjob-has-deadline"},
	Bad: []string{`
-- job.yaml --
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
^^^^ CronJob nightly starts however late it is
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {containers: [{name: once, image: "example.com/once:1"}]}}}}
`},
	Good: []string{`
-- job.yaml --
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  startingDeadlineSeconds: 600
  jobTemplate: {spec: {template: {spec: {containers: [{name: once, image: "example.com/once:1"}]}}}}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		deadline := o.Field("spec", "startingDeadlineSeconds")
		if o.Group() != "batch" || deadline.Exists() {
			return
		}
		f := finding(deadline, nil, "%s starts however late it is", named(o))
		f.Fix = &rule.Fix{Title: "set startingDeadlineSeconds"}
		p.Report(f)
	}, "CronJob"),
}
