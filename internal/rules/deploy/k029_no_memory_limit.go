package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noMemoryLimit = rule.Rule{
	ID:       "TW-K029",
	Name:     "no-memory-limit",
	Title:    "Container without a memory limit",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A container without a limit that leaks, or that is fed until it does, takes the memory of the node, and the kernel then stops whatever it finds, other people's pods included.",
	Fix:      "Set `resources.limits.memory`, and the request to the same value.",
	Refs: refs(nsa, nsaNetwork, nist, "4.4.3",
		practice, "M42"),
	Aliases: []string{"trivy:KSV-0018", "kubescape:C-0271", "kubescape:C-0004", "kubescape:C-0009", "checkov:CKV_K8S_13",
		"polaris:memoryLimitsMissing", "kube-linter:unset-memory-requirements", "kube-score:container-resources",
		"kubeaudit:limits", "kubesec:LimitsMemory"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    resources:
      limits: {cpu: 1}
#     ^^^^^^ container web has no memory limit
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: short, image: example.com/tools:1}
  containers:
  - {name: web, image: example.com/web:1, resources: {limits: {memory: 64Mi}}}
`, `
-- limits.yaml --
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: shop}
spec: {limits: [{type: Container, default: {memory: 64Mi}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: example.com/web:1}
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		limit := c.Field.Get("resources", "limits", "memory")
		w := c.Workload
		step := c.Field.Get("computeResources", "limits", "memory") // so Tekton calls it
		if limit.Exists() || step.Exists() || c.Init() || c.Kind == "ephemeral" || w.PodSpec.Get("resources", "limits", "memory").Exists() ||
			hasDefaultLimit(p, w.Object) {
			return
		}
		f := finding(limit, c, "%s has no memory limit", who(c))
		f.Aliases = slices.Clone(p.Rule.Aliases)
		if someContainer(containers(w, ordinary), func(c *manifest.Container) bool { return c.Field.Get("resources", "limits", "memory").Exists() }) {
			f.Aliases = slices.DeleteFunc(f.Aliases, func(a string) bool { return a == "kubesec:LimitsMemory" }) // which is content with one
		}
		f.Fix = &rule.Fix{Title: "set resources.limits.memory"}
		p.Report(f)
	}),
}

// hasDefaultLimit reports whether a LimitRange gives the containers of the
// object's namespace a memory limit.
func hasDefaultLimit(p *rule.Pass, of *manifest.Object) bool {
	for _, o := range kindsBeside(p, of.Render, "LimitRange") {
		if o.Namespace == of.Namespace && slices.ContainsFunc(o.Field("spec", "limits").Items(), func(l manifest.Field) bool {
			return l.Get("type").String() == "Container" && (l.Get("default", "memory").Exists() || l.Get("max", "memory").Exists())
		}) {
			return true
		}
	}
	return false
}
