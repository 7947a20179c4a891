package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var implicitUpdate = rule.Rule{
	ID:       "TW-K288",
	Name:     "implicit-update-strategy",
	Title:    "Deployment does not say how it is updated",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "The default is to replace the pods one after the other, and it serves. A manifest that states it tells its readers that the program bears two versions side by side for a while.",
	Fix:      "Write `strategy: {type: RollingUpdate}`.",
	Refs:     refs(practice, "M28"),
	Aliases:  []string{"kube-linter:no-rolling-update-strategy"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
^^^^ Deployment web does not say how it is updated
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  strategy: {type: RollingUpdate}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		strategy := w.Object.Field("spec", "strategy", "type")
		if w.Object.Kind != "Deployment" && w.Object.Kind != "DeploymentConfig" || strategy.String() != "" {
			return
		}
		f := finding(strategy, nil, "%s does not say how it is updated", named(w.Object))
		f.Fix = &rule.Fix{Title: "write strategy: {type: RollingUpdate}"}
		p.Report(f)
	}),
}
