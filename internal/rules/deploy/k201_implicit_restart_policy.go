package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var implicitRestartPolicy = rule.Rule{
	ID:       "TW-K201",
	Name:     "implicit-restart-policy",
	Title:    "Pods that are not said to be restarted",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "`Always` is the default of everything but Jobs; whoever wants to read it in the manifest has it written. A pod with `Never` stays down after its first crash.",
	Fix:      "Write `restartPolicy: Always`.",
	Refs:     refs(practice, "M70"),
	Aliases:  []string{"kube-linter:restart-policy"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ Pod web does not say that it is restarted
  containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec:
      restartPolicy: Never
#                    ^^^^^ the pods of Job once are never restarted
      containers: [{name: once, image: "example.com/once:1"}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {restartPolicy: OnFailure, containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		policy := w.PodSpec.Get("restartPolicy")
		o := w.Object
		var f rule.Finding
		switch {
		case !policy.Exists() && !runsToEnd(o):
			f = aggregated(w, policy, "restartPolicy", "%s %s does not say that it is restarted", o.Kind, o.Name)
		case policy.String() == "Never" && !runsForever(o):
			f = aggregated(w, policy, "restartPolicy", "the pods of %s %s are never restarted", o.Kind, o.Name)
		default:
			return
		}
		f.Fix = &rule.Fix{Title: "write restartPolicy: Always, or OnFailure for a Job"}
		p.Report(f)
	}),
}
