package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noEphemeralStorage = rule.Rule{
	ID:       "TW-K156",
	Name:     "no-ephemeral-storage",
	Title:    "Container without a request and a limit for local storage",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Logs, the writable layer and emptyDir volumes are on the node's disk. A container that fills it makes the kubelet evict others as well.",
	Fix:      "Set `ephemeral-storage` in `resources.requests` and `resources.limits`.",
	Refs:     refs(practice, "M42"),
	Aliases:  []string{"kube-score:container-ephemeral-storage-request-and-limit", "kube-linter:unset-ephemeral-storage-requirements"},
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
      limits: {memory: 64Mi}
#     ^^^^^^ no request or no limit for the local storage of container web
`, `
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    resources:
#   ^^^^^^^^^ no request or no limit for the local storage of container web
      limits: {ephemeral-storage: 1Gi}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "example.com/web:1", resources: {requests: {ephemeral-storage: 1Gi}, limits: {ephemeral-storage: 1Gi}}}]}
`},
	Check: rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		const resource = "ephemeral-storage"
		unlimited := func(c *manifest.Container) bool { return none(c.Field.Get("resources", "limits", resource)) }
		missing := containers(w, func(c *manifest.Container) bool {
			return c.Kind != "ephemeral" && (unlimited(c) || none(c.Field.Get("resources", "requests", resource)))
		})
		if len(missing) == 0 {
			return
		}
		list := "requests"
		if unlimited(missing[0]) {
			list = "limits"
		}
		f := lacks(missing, []string{"resources", list, resource}, "no request or no limit for the local storage of %s", everyOne(missing))
		f.Key = "containers.resources." + resource
		f.Fix = &rule.Fix{Title: "set ephemeral-storage in resources.requests and resources.limits"}
		f.Aliases = aliases("kube-score:container-ephemeral-storage-request-and-limit").
			when(someContainer(missing, unlimited), "kube-linter:unset-ephemeral-storage-requirements")
		p.Report(f)
	}),
}
