package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noCommonLabels = rule.Rule{
	ID:       "TW-K162",
	Name:     "no-common-labels",
	Title:    "Workload without the labels that tools agree on",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Dashboards and inventories tell by `app.kubernetes.io/name`, `…/instance` and `…/version` what belongs together and what runs where.",
	Fix:      "Set the labels of https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ on the object and on its pod template.",
	Refs:     refs(practice, "M31"),
	Aliases:  []string{"kubescape:C-0077", "kubescape:C-0076", "polaris:metadataAndInstanceMismatched"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
#     ^^^^^^ the pods of Deployment web have none of the labels app.kubernetes.io/name, instance, version …
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web, app.kubernetes.io/instance: shop}}
#                                                                    ^^^^ the label app.kubernetes.io/instance of Pod web is not its name
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web, app.kubernetes.io/instance: web}}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		own, pods := w.Object.Field("metadata", "labels"), w.PodMeta.Get("labels")
		const instance = "app.kubernetes.io/instance"
		differs := own.Get(instance).String() != w.Object.Name
		f := finding(own.Get(instance), nil, "the label %s of %s is not its name", instance, named(w.Object))
		var lost noted
		for _, set := range [...]struct {
			keys         []string
			words, alias string
		}{
			{simpleLabels[:], "app, tier, version, owner, env …", "kubescape:C-0076"},
			{commonLabels[:], "app.kubernetes.io/name, instance, version …", "kubescape:C-0077"},
		} {
			switch {
			case !anyOf(own, set.keys):
				f = finding(own, nil, "%s has none of the labels %s", named(w.Object), set.words)
			case !anyOf(pods, set.keys):
				f = finding(pods, nil, "the pods of %s have none of the labels %s", named(w.Object), set.words)
			default:
				continue
			}
			lost = append(lost, set.alias)
		}
		if len(lost) == 0 && !differs {
			return
		}
		f.Aliases = lost.when(differs && w.Object.Name != "", "polaris:metadataAndInstanceMismatched")
		f.Fix = &rule.Fix{Title: "set the recommended labels on the object and on its pod template"}
		p.Report(f)
	}),
}

var (
	commonLabels = [...]string{"app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/component",
		"app.kubernetes.io/part-of", "app.kubernetes.io/managed-by", "app.kubernetes.io/created-by"}
	simpleLabels = [...]string{"app", "tier", "phase", "version", "owner", "env"}
)

func anyOf(labels manifest.Field, keys []string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return labels.Get(k).Exists() })
}
