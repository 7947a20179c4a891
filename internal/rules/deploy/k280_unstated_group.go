package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unstatedGroup = rule.Rule{
	ID:       "TW-K280",
	Name:     "unstated-group",
	Title:    "Container's group is root's or left to the image",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "`runAsNonRoot` is about the user alone. Where no group is named the image decides, and most images leave it at 0, so files that root's group may read or write are open to the program.",
	Fix:      "Set `runAsGroup` in the pod's securityContext to a number other than 0.",
	Refs:     refs(practice, "M8", practice, "M51"),
	Aliases:  []string{"kube-linter:run-as-non-root"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    securityContext: {runAsNonRoot: true, runAsUser: 10001}
#   ^^^^^^^^^^^^^^^ container web does not name a group other than root's
  - name: side
    image: example.com/side:1
    securityContext: {runAsUser: 10001, runAsGroup: 10001}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {runAsNonRoot: true, runAsGroup: 10001}
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Check: eachWorkloadLacking(func(c *manifest.Container) (manifest.Field, bool) {
		group := c.Setting("runAsGroup")
		at := group
		if !at.Exists() {
			at = security(c, "runAsGroup")
		}
		return at, started(c) && !c.Workload.Windows() && !numbered(group)
	}, func(_ *rule.Pass, w *manifest.Workload, at manifest.Field, who string, faulty []*manifest.Container) rule.Finding {
		word := "does"
		if len(faulty) > 1 {
			word = "do"
		}
		f := aggregated(w, at, "runAsGroup", "%s %s not name a group other than root's", who, word)
		f.Fix = &rule.Fix{Title: "set securityContext.runAsGroup to a number other than 0"}
		return f
	}),
}
