package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var vagueDisruptionBudget = rule.Rule{
	ID:       "TW-K140",
	Name:     "vague-disruption-budget",
	Title:    "Disruption budget that does not say how many pods must stay",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A budget with neither `minAvailable` nor `maxUnavailable` protects nothing; one with both is refused by the API server.",
	Fix:      "Set `maxUnavailable: 1`.",
	Refs:     refs(practice, "M70"),
	Aliases:  []string{"kube-score:poddisruptionbudget-has-policy"},
	Fixable:  true,
	Bad: []string{`
-- web.yaml --
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
^^^^ PodDisruptionBudget web protects nothing: neither minAvailable nor maxUnavailable is set
  selector: {matchLabels: {app: web}}
  unhealthyPodEvictionPolicy: AlwaysAllow
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: both}
spec:
  minAvailable: 1
#               ^ the API server refuses PodDisruptionBudget both, which sets both minAvailable and maxUnavailable
  maxUnavailable: 1
  selector: {matchLabels: {app: both}}
`},
	Good: []string{`
-- web.yaml --
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		most, least := o.Field("spec", "maxUnavailable"), o.Field("spec", "minAvailable")
		if most.Exists() != least.Exists() || !o.Field("spec", "selector").Exists() {
			return
		}
		if most.Exists() {
			f := finding(least, nil, "the API server refuses %s, which sets both minAvailable and maxUnavailable", named(o))
			f.Severity, f.Aliases = rule.High, aliases()
			f.Fix = &rule.Fix{Title: "keep one of the two"}
			p.Report(f)
			return
		}
		f := finding(most, nil, "%s protects nothing: neither minAvailable nor maxUnavailable is set", named(o))
		f.Fix = add(o.Field("spec"), "set maxUnavailable: 1", "1", "maxUnavailable")
		p.Report(f)
	}, disruptionBudget),
}
