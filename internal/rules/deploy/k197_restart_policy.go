package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var restartPolicy = rule.Rule{
	ID:       "TW-K197",
	Name:     "restart-policy",
	Title:    "Restart policy that the cluster refuses",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A Deployment, StatefulSet, DaemonSet or ReplicaSet takes `Always` only, a Job or CronJob `OnFailure` or `Never` only, and has no default. The API server refuses everything else.",
	Fix:      "Write `restartPolicy: OnFailure` or `Never` for a Job, and leave the field out for the others.",
	Refs:     refs(practice, "M70"),
	Aliases:  []string{"kube-score:cronjob-restartpolicy", "kube-linter:restart-policy"},
	Fixable:  true,
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
      restartPolicy: Never
#                    ^^^^^ the cluster refuses restartPolicy Never of Deployment web
      containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: clean}
spec:
  schedule: "0 1 * * *"
  jobTemplate:
    spec:
      template:
        spec:
#       ^^^^ CronJob clean needs restartPolicy OnFailure or Never; without it the cluster refuses the pod
          containers: [{name: clean, image: "example.com/clean:1"}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {restartPolicy: Never, containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: web, image: "example.com/web:1"}]}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template: {metadata: {labels: {app: db}}, spec: {restartPolicy: Always, containers: [{name: db, image: "example.com/db:1"}]}}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		policy := w.PodSpec.Get("restartPolicy")
		var f rule.Finding
		switch o := w.Object; {
		case runsToEnd(o):
			if policy.String() == "OnFailure" || policy.String() == "Never" {
				return
			}
			f = finding(policy, nil, "%s %s needs restartPolicy OnFailure or Never; without it the cluster refuses the pod", o.Kind, o.Name)
			f.Fix = set(policy, "set restartPolicy: OnFailure", "OnFailure")
			f.Aliases = some(map[string]bool{"kube-score:cronjob-restartpolicy": o.Kind == "CronJob", "kube-linter:restart-policy": !policy.Exists()})
		case runsForever(o) && policy.Exists() && policy.String() != "Always":
			f = finding(policy, nil, "the cluster refuses restartPolicy %s of %s %s", policy.String(), o.Kind, o.Name)
			f.Fix = set(policy, "set restartPolicy: Always, or leave it out", "Always")
			f.Aliases = some(map[string]bool{"kube-linter:restart-policy": policy.String() == "Never"})
		default:
			return
		}
		p.Report(f)
	}),
}

func runsToEnd(o *manifest.Object) bool {
	return o.Group() == "batch" && (o.Kind == "Job" || o.Kind == "CronJob")
}

func runsForever(o *manifest.Object) bool {
	switch o.Kind {
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet":
		return o.Group() == "apps"
	}
	return o.Kind == "ReplicationController" && o.Group() == ""
}
