package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var hostIPC = rule.Rule{
	ID:       "TW-K009",
	Name:     "host-ipc",
	Title:    "Pod shares inter-process communication with the node",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Shared memory, semaphores and message queues of other processes on the node are open to the pod.",
	Fix:      "Remove `hostIPC: true`.",
	Refs: refs(podSecurityStandards, "baseline/hostNamespaces", cis, "5.2.4", nsa, nsaPods, nist, "4.4.3",
		practice, "M57"),
	Aliases: []string{"kube-linter:host-ipc", "trivy:KSV-0008", "checkov:CKV_K8S_18", "polaris:hostIPCSet", "kubescape:C-0038", "kubeaudit:hostns", "kubesec:HostIPC"},
	Bad: []string{`
-- agent.yaml --
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  hostIPC: true
#          ^^^^ hostIPC: true shares the node's shared memory and message queues with the pod
  containers:
  - {name: agent, image: example.com/agent:1}
`},
	Good: []string{`
-- agent.yaml --
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  hostIPC: false
  containers:
  - {name: agent, image: example.com/agent:1}
`},
	Check: hostNamespace("hostIPC", "shares the node's shared memory and message queues with the pod"),
}
