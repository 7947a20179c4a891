package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var invalidTopologySpread = rule.Rule{
	ID:       "TW-K144",
	Name:     "invalid-topology-spread",
	Title:    "Topology spread constraint that is refused or does nothing",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The API server refuses a constraint without a topology key, with a skew below one or with another answer than `DoNotSchedule` and `ScheduleAnyway`. One without a label selector counts no pods, so it spreads nothing.",
	Fix:      "Give the constraint `maxSkew: 1`, a `topologyKey`, `whenUnsatisfiable` and the pods' own labels as `labelSelector`.",
	Refs:     refs(practice, "M70"),
	Aliases:  []string{"kube-score:pod-topology-spread-constraints"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  topologySpreadConstraints:
  - maxSkew: 0
#            ^ the API server refuses the topology spread constraint of Pod web: maxSkew is at least 1
    topologyKey: topology.kubernetes.io/zone
    whenUnsatisfiable: DoNotSchedule
    labelSelector: {matchLabels: {app: web}}
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: Never
#                      ^^^^^ the API server refuses the topology spread constraint of Pod web: whenUnsatisfiable is DoNotSchedule or ScheduleAnyway
    labelSelector: {matchLabels: {app: web}}
  - maxSkew: 1
#   ^^^^^^^ the topology spread constraint of Pod web counts no pods, since it has no labelSelector
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec:
  topologySpreadConstraints:
  - {maxSkew: 1, minDomains: 2, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: web}}}
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		for _, c := range w.PodSpec.Get("topologySpreadConstraints").Items() {
			for _, wrong := range wrongSpread(c) {
				f := finding(wrong, nil, "the API server refuses the topology spread constraint of %s: %s", named(w.Object), demand(wrong))
				if wrong.Path() == c.Get("labelSelector").Path() {
					f = finding(wrong, nil, "the topology spread constraint of %s counts no pods, since it has no labelSelector", named(w.Object))
					f.Severity = rule.Medium
				}
				f.Fix = &rule.Fix{Title: "give it maxSkew: 1, a topologyKey, whenUnsatisfiable and the pods' labels"}
				p.Report(f)
			}
		}
	}),
}

// wrongSpread returns the fields of a constraint that are missing or impossible.
func wrongSpread(c manifest.Field) []manifest.Field {
	var out []manifest.Field
	if n, ok := c.Get("maxSkew").Int(); !c.Get("maxSkew").Exists() || ok && n < 1 {
		out = append(out, c.Get("maxSkew"))
	}
	if n, ok := c.Get("minDomains").Int(); ok && n < 1 {
		out = append(out, c.Get("minDomains"))
	}
	if c.Get("topologyKey").String() == "" {
		out = append(out, c.Get("topologyKey"))
	}
	if answer := c.Get("whenUnsatisfiable").String(); answer != "DoNotSchedule" && answer != "ScheduleAnyway" {
		out = append(out, c.Get("whenUnsatisfiable"))
	}
	if !c.Get("labelSelector").Exists() {
		out = append(out, c.Get("labelSelector"))
	}
	return out
}

// demand words what the API server demands of a field of a constraint.
func demand(f manifest.Field) string {
	path := f.Path()
	switch path[strings.LastIndexByte(path, '.')+1:] {
	case "maxSkew":
		return "maxSkew is at least 1"
	case "minDomains":
		return "minDomains is at least 1"
	case "topologyKey":
		return "it needs a topologyKey"
	default:
		return "whenUnsatisfiable is DoNotSchedule or ScheduleAnyway"
	}
}
