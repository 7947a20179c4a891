package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noAntiAffinity = rule.Rule{
	ID:       "TW-K142",
	Name:     "no-anti-affinity",
	Title:    "Replicas that may all land on one node",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Several replicas are of no use if the node that all of them run on fails.",
	Fix:      "Spread them over nodes: `podAntiAffinity` with the pods' own labels and `topologyKey: kubernetes.io/hostname`, or `topologySpreadConstraints`.",
	Refs:     refs(practice, "M70", practice, "M71"),
	Aliases:  []string{"kube-linter:no-anti-affinity", "kube-score:deployment-has-host-podantiaffinity", "kube-score:statefulset-has-host-podantiaffinity"},
	Bad: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
#   ^^^^ nothing keeps the replicas of Deployment web on different nodes
      containers:
      - {name: web, image: "example.com/web:1"}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      affinity:
        podAntiAffinity:
#       ^^^^^^^^^^^^^^^ the podAntiAffinity of StatefulSet db does not keep its own pods on different nodes
          requiredDuringSchedulingIgnoredDuringExecution:
          - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: other}}}
      containers:
      - {name: db, image: "example.com/db:1"}
`},
	Good: []string{`
-- web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - {weight: 1, podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}}
      containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: spread}
spec:
  replicas: 2
  selector: {matchLabels: {app: spread}}
  template:
    metadata: {labels: {app: spread}}
    spec:
      topologySpreadConstraints:
      - {maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: spread}}}
      containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: one}
spec:
  replicas: 1
  selector: {matchLabels: {app: one}}
  template:
    metadata: {labels: {app: one}}
    spec: {containers: [{name: one, image: "example.com/one:1"}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		c, ok := copiesOf(w)
		if !ok || c.stated && c.n < 2 || len(w.PodSpec.Get("topologySpreadConstraints").Items()) > 0 || apart(w) {
			return
		}
		anti := w.PodSpec.Get("affinity", "podAntiAffinity")
		f := finding(anti, nil, "nothing keeps the replicas of %s on different nodes", named(w.Object))
		if !c.stated {
			f.Message = named(w.Object) + " does not say how often it runs, and nothing keeps its pods on different nodes"
		}
		if anti.Exists() {
			f.Message = "the podAntiAffinity of " + named(w.Object) + " does not keep its own pods on different nodes"
		}
		f.Fix = &rule.Fix{Title: "spread the replicas over nodes by podAntiAffinity or topologySpreadConstraints"}
		f.Aliases = aliases().when(c.n > 1, "kube-linter:no-anti-affinity").
			when(w.Object.Kind == "Deployment" && !spread(w), "kube-score:deployment-has-host-podantiaffinity").
			when(w.Object.Kind == "StatefulSet" && !spread(w), "kube-score:statefulset-has-host-podantiaffinity")
		p.Report(f)
	}),
}

// apart reports whether a workload's pods ask to be kept away from each other,
// node by node.
func apart(w *manifest.Workload) bool {
	return slices.ContainsFunc(antiAffinity(w), func(t manifest.Field) bool {
		namespaces, selector := t.Get("namespaces").Strings(), t.Get("labelSelector")
		return t.Get("topologyKey").String() == "kubernetes.io/hostname" && selector.Exists() &&
			(len(namespaces) == 0 || slices.Contains(namespaces, w.Object.Namespace)) &&
			(manifest.Selector{Field: selector}).Matches(w.Labels)
	})
}

// spread is kube-score's reading of the same: zones do as well as nodes, and
// namespaces are not looked at.
func spread(w *manifest.Workload) bool {
	return slices.ContainsFunc(antiAffinity(w), func(t manifest.Field) bool {
		switch t.Get("topologyKey").String() {
		case "kubernetes.io/hostname", "topology.kubernetes.io/zone", "topology.kubernetes.io/region":
			selector := t.Get("labelSelector")
			return selector.Exists() && (manifest.Selector{Field: selector}).Matches(w.Labels)
		}
		return false
	})
}

// antiAffinity returns the terms of a pod's anti-affinity, demanded or preferred.
func antiAffinity(w *manifest.Workload) []manifest.Field {
	anti := w.PodSpec.Get("affinity", "podAntiAffinity")
	terms := anti.Get("requiredDuringSchedulingIgnoredDuringExecution").Items()
	for _, preferred := range anti.Get("preferredDuringSchedulingIgnoredDuringExecution").Items() {
		terms = append(terms, preferred.Get("podAffinityTerm"))
	}
	return terms
}
