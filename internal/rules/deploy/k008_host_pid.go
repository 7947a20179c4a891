package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var hostPID = rule.Rule{
	ID:       "TW-K008",
	Name:     "host-pid",
	Title:    "Pod sees the processes of the node",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A pod in the node's process namespace sees every process and its environment, and with a little more can trace or kill them.",
	Fix:      "Remove `hostPID: true`.",
	Refs: refs(podSecurityStandards, "baseline/hostNamespaces", cis, "5.2.3", nsa, nsaPods, nist, "4.4.3",
		practice, "M57"),
	Aliases: []string{"kube-linter:host-pid", "trivy:KSV-0010", "checkov:CKV_K8S_17", "polaris:hostPIDSet", "kubescape:C-0038", "kubeaudit:hostns", "kubesec:HostPID"},
	Bad: []string{`
-- agent.yaml --
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  hostPID: true
#          ^^^^ hostPID: true shows the pod every process of the node
  containers:
  - {name: agent, image: example.com/agent:1}
`},
	Good: []string{`
-- agent.yaml --
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  hostPID: false
  containers:
  - {name: agent, image: example.com/agent:1}
`},
	Check: hostNamespace("hostPID", "shows the pod every process of the node"),
}
