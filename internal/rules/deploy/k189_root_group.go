package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var rootGroup = rule.Rule{
	ID:       "TW-K189",
	Name:     "root-group",
	Title:    "Pod runs with the group of root",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Many files of an image, and of a node whose folders are mounted, may be read or written by group 0. A user other than root with that group has half of what root has.",
	Fix:      "Give the group a number of its own. OpenShift images that count on group 0 are the exception.",
	Refs:     refs(nist, "4.4.3", practice, "M51"),
	Aliases:  []string{"trivy:KSV-0116"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext:
    fsGroup: 0
#            ^ the pod runs with the group of root (fsGroup)
  containers:
  - name: web
    image: example.com/web:1
    securityContext: {runAsGroup: 0}
#                                 ^ container web runs with the group of root (runAsGroup)
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  securityContext: {fsGroup: 20000, supplementalGroups: [20001]}
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		report := func(at manifest.Field, c *manifest.Container, name string) {
			f := finding(at, c, "%s runs with the group of root (%s)", who(c), name)
			if c != nil {
				f.Aliases = []string{} // trivy reads the pod's groups
			}
			f.Fix = &rule.Fix{Title: "give the group a number of its own"}
			p.Report(f)
		}
		pod := w.PodSpec.Get("securityContext")
		for _, name := range []string{"runAsGroup", "fsGroup"} {
			if pod.Get(name).String() == "0" {
				report(pod.Get(name), nil, name)
			}
		}
		if groups := pod.Get("supplementalGroups"); slices.Contains(groups.Strings(), "0") {
			report(groups, nil, "supplementalGroups")
		}
		for _, c := range w.Containers {
			if g := c.Field.Get("securityContext", "runAsGroup"); g.String() == "0" {
				report(g, c, "runAsGroup")
			}
		}
	}),
}
