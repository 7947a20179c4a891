package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var noCPULimit = rule.Rule{
	ID:       "TW-K153",
	Name:     "no-cpu-limit",
	Title:    "Container without a CPU limit",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "Without a limit a container may use all the CPU that is idle. That is disputed: with a limit it is slowed down although nobody else needs the CPU, and requests already share it out fairly.",
	Fix:      "Set `resources.limits.cpu` where containers are not trusted or are billed by use.",
	Refs:     refs(nsa, nsaNetwork, practice, "M42"),
	Aliases: []string{"kube-score:container-resources", "trivy:KSV-0011", "checkov:CKV_K8S_11",
		"kubescape:C-0270", "kubescape:C-0050", "kubescape:C-0009", "polaris:cpuLimitsMissing", "kubeaudit:limits", "kubesec:LimitsCPU"},
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
#     ^^^^^^ no CPU limit for container web and container side
  - name: side
    image: example.com/side:1
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "example.com/web:1", resources: {limits: {cpu: "1"}}}]}
`},
	Check: eachResourceGap(resourceGap{list: "limits", resource: "cpu", words: "CPU limit",
		everywhere: []string{"kubeaudit:limits", "kube-score:container-resources", "trivy:KSV-0011", "checkov:CKV_K8S_11"},
		ordinary:   []string{"kubesec:LimitsCPU", "kubescape:C-0270", "kubescape:C-0050", "kubescape:C-0009", "polaris:cpuLimitsMissing"},
	}),
}
