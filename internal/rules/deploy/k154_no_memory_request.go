package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var noMemoryRequest = rule.Rule{
	ID:       "TW-K154",
	Name:     "no-memory-request",
	Title:    "Container without a memory request",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "The scheduler counts with requests: without one, a pod is put on a node whose memory is promised to others, and it is the first to be evicted when that runs short.",
	Fix:      "Set `resources.requests.memory` to what the program needs.",
	Refs:     refs(practice, "M42"),
	Aliases: []string{"kube-score:container-resources", "trivy:KSV-0016", "checkov:CKV_K8S_12",
		"kubescape:C-0269", "kubescape:C-0004", "polaris:memoryRequestsMissing", "kubesec:RequestsMemory"},
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
      requests: {cpu: 100m}
#     ^^^^^^^^ no memory request for container web
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "example.com/web:1", resources: {requests: {memory: 64Mi}}}]}
`},
	Check: eachResourceGap(resourceGap{list: "requests", resource: "memory", words: "memory request",
		everywhere: []string{"kube-score:container-resources", "trivy:KSV-0016", "checkov:CKV_K8S_12"},
		ordinary:   []string{"kubescape:C-0269", "kubescape:C-0004", "polaris:memoryRequestsMissing", "kubesec:RequestsMemory"},
	}),
}
