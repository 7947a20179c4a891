package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var sharedProcesses = rule.Rule{
	ID:       "TW-K199",
	Name:     "shared-process-namespace",
	Title:    "Containers of the pod see each other's processes",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Every container of the pod sees the processes of the others, with their command lines, and as the same user their environment and files by /proc/PID/root. A side container that is taken over has the secrets of all.",
	Fix:      "Remove `shareProcessNamespace`; for looking into a pod there are ephemeral debug containers.",
	Refs:     refs(nist, "4.4.3", practice, "M57"),
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  shareProcessNamespace: true
#                        ^^^^ containers web and side see each other's processes, environment and files
  containers:
  - {name: web, image: "example.com/web:1"}
  - {name: side, image: "example.com/side:1"}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  shareProcessNamespace: true
  initContainers: [{name: first, image: "example.com/first:1"}]
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		setting := w.PodSpec.Get("shareProcessNamespace")
		var beside []*manifest.Container
		for _, c := range w.Containers {
			if !c.Init() {
				beside = append(beside, c)
			}
		}
		if on, _ := setting.Bool(); !on || len(beside) < 2 {
			return
		}
		f := aggregated(w, setting, "shareProcessNamespace", "%s see each other's processes, environment and files", whoAll(beside))
		f.Fix = set(setting, "set shareProcessNamespace: false", "false")
		p.Report(f)
	}),
}
