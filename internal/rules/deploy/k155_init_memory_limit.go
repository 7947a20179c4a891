package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var initMemoryLimit = rule.Rule{
	ID:       "TW-K155",
	Name:     "no-init-memory-limit",
	Title:    "Init container without a memory limit",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "An init container runs for a short time, but while it does it can take the memory of the node like any other.",
	Fix:      "Set `resources.limits.memory` on init containers too.",
	Refs:     refs(nsa, nsaNetwork, practice, "M42"),
	Aliases:  []string{"kube-linter:unset-memory-requirements", "kube-score:container-resources", "trivy:KSV-0018", "checkov:CKV_K8S_13"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - name: first
#   ^^^^^^^^^^^ no memory limit for init container first
    image: example.com/first:1
  containers:
  - {name: web, image: "example.com/web:1", resources: {limits: {memory: 64Mi}}}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: first, image: "example.com/first:1", resources: {limits: {memory: 64Mi}}}
  containers:
  - {name: web, image: "example.com/web:1"}
`},
	Check: eachWorkloadBeside(func(p *rule.Pass, w *manifest.Workload, ranges []*manifest.Object) {
		missing := containers(w, func(c *manifest.Container) bool {
			return c.Init() && none(c.Field.Get("resources", "limits", "memory"))
		})
		if len(missing) == 0 || w.PodSpec.Get("resources", "limits", "memory").Exists() || givenByRange(ranges, w, "limits", "memory") {
			return
		}
		f := lacks(missing, []string{"resources", "limits", "memory"}, "no memory limit for %s", everyOne(missing))
		f.Fix = &rule.Fix{Title: "set resources.limits.memory"}
		p.Report(f)
	}, "LimitRange"),
}
