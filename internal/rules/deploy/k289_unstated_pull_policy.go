package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unstatedPullPolicy = rule.Rule{
	ID:       "TW-K289",
	Name:     "unstated-pull-policy",
	Title:    "Container does not state the pull policy Always",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Without a tag, or with latest, the API takes Always by itself, and what is named by digest cannot change. Stated all the same, the policy makes the node ask the registry whether the pod may have a private image that another pod has already brought.",
	Fix:      "Write `imagePullPolicy: Always` where pods that do not trust each other share nodes.",
	Refs:     refs(nist, "4.2.2", practice, "M26"),
	Aliases:  []string{"polaris:pullPolicyNotAlways", "kube-score:container-image-pull-policy"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.com/web:latest"}
#    ^^^^^^^^^ container web does not state imagePullPolicy: Always
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "example.com/web:latest", imagePullPolicy: Always}]}
---
apiVersion: v1
kind: Pod
metadata: {name: other}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: eachWorkloadLacking(func(c *manifest.Container) (manifest.Field, bool) {
		policy := c.Field.Get("imagePullPolicy")
		return policy, started(c) && policy.String() != "Always" && !reusesTag(c)
	}, func(_ *rule.Pass, w *manifest.Workload, at manifest.Field, who string, faulty []*manifest.Container) rule.Finding {
		word := "does"
		if len(faulty) > 1 {
			word = "do"
		}
		f := aggregated(w, at, "imagePullPolicy.stated", "%s %s not state imagePullPolicy: Always", who, word)
		f.Aliases = aliases("polaris:pullPolicyNotAlways").when(someContainer(faulty, func(c *manifest.Container) bool {
			return c.Field.Get("imagePullPolicy").Exists() || c.Image.Tag != "latest" && c.Image.Text != c.Image.Name
		}), "kube-score:container-image-pull-policy")
		f.Fix = &rule.Fix{Title: "write imagePullPolicy: Always"}
		return f
	}),
}
