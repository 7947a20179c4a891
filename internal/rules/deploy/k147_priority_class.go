package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var priorityClass = rule.Rule{
	ID:       "TW-K147",
	Name:     "no-priority-class",
	Title:    "Workload without a priority class that is known here",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "When a node runs out of memory, the kubelet evicts by priority, and all pods that name no class are alike. A class that does not exist in the cluster makes the API server refuse the pods.",
	Fix:      "Name the class that says how important the workload is, and keep the PriorityClass beside the manifests.",
	Refs:     refs(practice, "M42"),
	Aliases:  []string{"polaris:priorityClassNotSet", "kube-linter:priority-class-name"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ Pod web names no priority class
  containers: [{name: web, image: "example.com/web:1"}]
---
apiVersion: v1
kind: Pod
metadata: {name: other}
spec:
  priorityClassName: important
#                    ^^^^^^^^^ Pod other names the priority class important, which is not defined here
  containers: [{name: web, image: "example.com/web:1"}]
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {priorityClassName: important, containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: v1
kind: Pod
metadata: {name: system}
spec: {priorityClassName: system-node-critical, containers: [{name: web, image: "example.com/web:1"}]}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: important}
value: 1000
`},
	Check: eachWorkloadBeside(func(p *rule.Pass, w *manifest.Workload, classes []*manifest.Object) {
		name := w.PodSpec.Get("priorityClassName")
		if name.String() == "" {
			f := finding(name, nil, "%s names no priority class", named(w.Object))
			f.Fix = &rule.Fix{Title: "name a priority class"}
			f.Aliases = aliases("polaris:priorityClassNotSet")
			p.Report(f)
			return
		}
		class := strings.TrimSpace(name.String())
		if class == "" || class == "system-cluster-critical" || class == "system-node-critical" {
			return
		}
		for _, o := range classes {
			if o.Name == class {
				return
			}
		}
		f := finding(name, nil, "%s names the priority class %s, which is not defined here", named(w.Object), class)
		f.Fix = &rule.Fix{Title: "keep the PriorityClass beside the manifests"}
		f.Aliases = aliases("kube-linter:priority-class-name")
		p.Report(f)
	}, "PriorityClass"),
}
