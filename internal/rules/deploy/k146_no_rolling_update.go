package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noRollingUpdate = rule.Rule{
	ID:       "TW-K146",
	Name:     "no-rolling-update",
	Title:    "Workload that is not updated step by step",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "`Recreate` stops all pods before the first new one starts: every deployment is an outage. `OnDelete` leaves old pods, with their vulnerabilities, until somebody deletes them.",
	Fix:      "Use `RollingUpdate`, unless two versions must never run at once.",
	Refs:     refs(practice, "M28"),
	Aliases:  []string{"kube-linter:no-rolling-update-strategy", "kube-score:deployment-strategy"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy:
    type: Recreate
#         ^^^^^^^^ Deployment web is updated by Recreate, which stops all of its pods first
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  updateStrategy: {type: OnDelete}
#                        ^^^^^^^^ DaemonSet agent keeps its old pods until somebody deletes them
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: agent, image: "example.com/agent:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  updateStrategy: {type: RollingUpdate}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "example.com/db:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		strategy := w.Object.Field("spec", "strategy", "type")
		switch w.Object.Kind {
		case "Deployment", "DeploymentConfig":
		case "StatefulSet", "DaemonSet":
			strategy = w.Object.Field("spec", "updateStrategy", "type")
		default:
			return
		}
		if kind := strategy.String(); kind == "" || kind == "RollingUpdate" || kind == "Rolling" {
			return
		}
		f := finding(strategy, nil, "%s is updated by %s, which stops all of its pods first", named(w.Object), strategy.String())
		if strategy.String() == "OnDelete" {
			f.Message = named(w.Object) + " keeps its old pods until somebody deletes them"
		}
		f.Fix = &rule.Fix{Title: "use RollingUpdate"}
		f.Aliases = aliases().
			when(strings.HasPrefix(w.Object.Kind, "Deployment"), "kube-linter:no-rolling-update-strategy").
			when(w.Object.Kind == "Deployment" && serves(w) != nil, "kube-score:deployment-strategy")
		p.Report(f)
	}),
}
