package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var defaultEvictionPolicy = rule.Rule{
	ID:       "TW-K141",
	Name:     "default-eviction-policy",
	Title:    "Disruption budget that protects broken pods as well",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "By default a pod that runs but is not ready counts against the budget: an application that crashes over and over blocks the drain of its node until somebody looks.",
	Fix:      "Set `unhealthyPodEvictionPolicy: AlwaysAllow`.",
	Refs:     refs(practice, "M28"),
	Aliases:  []string{"kube-linter:pdb-unhealthy-pod-eviction-policy"},
	Fixable:  true,
	Bad: []string{`
-- web.yaml --
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, labels: {app: web}}
spec:
^^^^ pods that never become ready block drains, since PodDisruptionBudget web sets no unhealthyPodEvictionPolicy
  maxUnavailable: 1
  selector: {matchLabels: {app: web}}
`},
	Good: []string{`
-- web.yaml --
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, unhealthyPodEvictionPolicy: AlwaysAllow, selector: {matchLabels: {app: web}}}
`},
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		policy := o.Field("spec", "unhealthyPodEvictionPolicy")
		if policy.Exists() || o.APIVersion != "policy/v1" {
			return
		}
		f := finding(policy, nil, "pods that never become ready block drains, since %s sets no unhealthyPodEvictionPolicy", named(o))
		f.Fix = add(o.Field("spec"), "set unhealthyPodEvictionPolicy: AlwaysAllow", "AlwaysAllow", "unhealthyPodEvictionPolicy")
		p.Report(f)
	}, disruptionBudget),
}
