package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var selectorMismatch = rule.Rule{
	ID:       "TW-K035",
	Name:     "selector-mismatch",
	Title:    "Selector does not select the pods of its own template",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The API server refuses a Deployment, StatefulSet, DaemonSet or ReplicaSet whose selector does not match the labels of its pod template: the deployment fails.",
	Fix:      "Give the pod template the labels that the selector asks for. The selector itself cannot be changed once the object exists.",
	Refs:     refs(practice, "M70"),
	Aliases: []string{"kube-linter:mismatching-selector", "kube-score:deployment-pod-selector-labels-match-template-metadata-labels",
		"kube-score:statefulset-pod-selector-labels-match-template-metadata-labels"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector:
# ^^^^^^^^ the selector of Deployment web does not match the labels of its own pods (app=shop)
    matchLabels: {app: web}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`, `
-- old.yaml --
apiVersion: v1
kind: ReplicationController
metadata: {name: web}
spec:
  selector: {app: web}
# ^^^^^^^^ the selector of ReplicationController web does not match the labels of its own pods (app=shop)
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`, `
-- none.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
^^^^ Deployment web has no selector, which the API server demands
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchExpressions: [{key: app, operator: In, values: [web, shop]}, {key: canary, operator: DoesNotExist}]}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec: {containers: [{name: once, image: "example.com/once:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		selector := w.Object.Field("spec", "selector")
		same := aliases().
			when(w.Object.Group() == "apps", "kube-linter:mismatching-selector").
			when(w.Object.Kind == "Deployment", "kube-score:deployment-pod-selector-labels-match-template-metadata-labels").
			when(w.Object.Kind == "StatefulSet", "kube-score:statefulset-pod-selector-labels-match-template-metadata-labels")
		if w.Object.APIVersion == "apps/v1" && (!selector.Exists() || selector.IsMap() && emptySelector(selector)) {
			f := finding(selector, nil, "%s %s has no selector, which the API server demands", w.Object.Kind, w.Object.Name)
			f.Aliases = same
			f.Fix = &rule.Fix{Title: "add a selector for the labels of the pod template"}
			p.Report(f)
		}
		if !selector.IsMap() {
			return
		}
		switch w.Object.Kind {
		case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout":
			if (manifest.Selector{Field: selector}).Matches(w.Labels) {
				return
			}
		case "ReplicationController":
			if covers(w.Labels, selector.StringMap()) {
				return
			}
		default:
			return
		}
		f := finding(selector, nil, "the selector of %s %s does not match the labels of its own pods (%s)", w.Object.Kind, w.Object.Name, labels(w.Labels))
		if at := w.PodMeta.Get("labels").Span(); at.Valid() {
			f.Related = append(f.Related[:len(f.Related):len(f.Related)], source.Related{At: at, Message: "the labels of its pods"})
		}
		f.Aliases = same
		f.Fix = &rule.Fix{Title: "give the pod template the labels that the selector asks for"}
		p.Report(f)
	}),
}

func covers(have, want map[string]string) bool {
	for k, v := range want {
		if got, ok := have[k]; !ok || got != v {
			return false
		}
	}
	return true
}
