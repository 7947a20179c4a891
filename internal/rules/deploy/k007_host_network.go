package deploy

import "github.com/tidewaiter/tidewaiter/internal/rule"

var hostNetwork = rule.Rule{
	ID:       "TW-K007",
	Name:     "host-network",
	Title:    "Pod uses the network of the node",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "With the node's network a pod reaches what listens on the node's loopback address (the kubelet, metadata services), sees its traffic and is outside every NetworkPolicy.",
	Fix:      "Remove `hostNetwork: true` and publish ports by a Service.",
	Refs: refs(podSecurityStandards, "baseline/hostNamespaces", cis, "5.2.5", nsa, nsaPods, nist, "4.4.2",
		practice, "M57"),
	Aliases: []string{"kube-linter:host-network", "trivy:KSV-0009", "kubescape:C-0041", "checkov:CKV_K8S_19", "polaris:hostNetworkSet", "kubeaudit:hostns", "kubesec:HostNetwork"},
	Bad: []string{`
-- agent.yaml --
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  hostNetwork: true
#              ^^^^ hostNetwork: true puts the pod on the network of the node: it reaches what listens on the loopback address there
  containers:
  - {name: agent, image: example.com/agent:1}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
`},
	Good: []string{`
-- agent.yaml --
apiVersion: v1
kind: Pod
metadata: {name: agent}
spec:
  hostNetwork: false
  containers:
  - {name: agent, image: example.com/agent:1}
`},
	Check: hostNamespace("hostNetwork", "puts the pod on the network of the node: it reaches what listens on the loopback address there"),
}
