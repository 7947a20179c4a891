package deploy

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noCPURequest = rule.Rule{
	ID:       "TW-K152",
	Name:     "no-cpu-request",
	Title:    "Container without a CPU request",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "The request is what the scheduler counts with and what a container is sure to get. Without it a pod is put on nodes that are full, and starves there when its neighbours are busy.",
	Fix:      "Set `resources.requests.cpu` to what the program needs in ordinary times.",
	Refs:     refs(practice, "M42"),
	Aliases: []string{"kube-linter:unset-cpu-requirements", "kube-score:container-resources", "trivy:KSV-0015", "checkov:CKV_K8S_10",
		"kubescape:C-0268", "kubescape:C-0050", "polaris:cpuRequestsMissing", "kubesec:RequestsCPU"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  initContainers:
  - {name: first, image: "example.com/first:1"}
#    ^^^^^^^^^^^ no CPU request for init container first and container web
  containers:
  - name: web
    image: example.com/web:1
    resources:
      limits: {memory: 64Mi}
---
apiVersion: v1
kind: Pod
metadata: {name: limited}
spec:
  containers:
  - name: web
    image: example.com/web:1
    resources:
#   ^^^^^^^^^ no CPU request for container web: the limit counts as one
      limits: {cpu: 1}
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "example.com/web:1", resources: {requests: {cpu: 100m}}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: whole}
spec: {resources: {requests: {cpu: 1}}, containers: [{name: web, image: "example.com/web:1"}]}
`, `
-- web.yaml --
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: shop}
spec: {limits: [{type: Container, defaultRequest: {cpu: 100m}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {containers: [{name: web, image: "example.com/web:1"}]}
`},
	Check: eachResourceGap(resourceGap{list: "requests", resource: "cpu", words: "CPU request",
		everywhere: []string{"kube-linter:unset-cpu-requirements", "kube-score:container-resources", "trivy:KSV-0015", "checkov:CKV_K8S_10"},
		ordinary:   []string{"kubescape:C-0268", "kubescape:C-0050", "polaris:cpuRequestsMissing", "kubesec:RequestsCPU"},
		narrow: func(cs []*manifest.Container, n noted) noted {
			// checkov does not judge containers that have limits and no requests at all.
			if !slices.ContainsFunc(cs, func(c *manifest.Container) bool {
				return c.Field.Get("resources", "requests").Exists() || !c.Field.Get("resources", "limits").Exists()
			}) {
				n = slices.DeleteFunc(n, func(a string) bool { return a == "checkov:CKV_K8S_10" })
			}
			return n
		},
	}),
}
