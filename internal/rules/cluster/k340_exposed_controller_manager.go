package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var managerAddress = rule.Rule{
	ID:       "TW-K340",
	Name:     "exposed-controller-manager",
	Title:    "Controller manager is reachable from outside its node",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Its metrics and profiles serve only the node itself; on all addresses everyone in the network can ask for them. Without the flag it listens on all addresses; kubeadm sets 127.0.0.1.",
	Fix:      "Set `--bind-address=127.0.0.1`.",
	Refs:     benchmark("1.3.7", nsa, nsaNet, nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0039", "checkov:CKV_K8S_113", "kubescape:C-0150"},
	Bad: []string{`
-- kube-controller-manager.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: registry.k8s.io/kube-controller-manager:v1.36.0
    command:
    - kube-controller-manager
    - --bind-address=0.0.0.0
#     ^^^^^^^^^^^^^^^^^^^^^^ kube-controller-manager listens on more than its node's own address: --bind-address is 0.0.0.0
`, `
-- kube-controller-manager.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: registry.k8s.io/kube-controller-manager:v1.36.0
    command:
#   ^^^^^^^ kube-controller-manager listens on more than its node's own address: --bind-address is not set
    - kube-controller-manager
    - --profiling=false
`},
	Good: []string{`
-- kube-controller-manager.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: registry.k8s.io/kube-controller-manager:v1.36.0
    command:
    - kube-controller-manager
    - --bind-address=127.0.0.1
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: must(demand{
		program: controlplane.ControllerManager, setting: "bind-address",
		bad:     reachable,
		says:    "listens on more than its node's own address",
		absent:  bare,
		missing: rule.Low,
		want:    "127.0.0.1",
		add:     true,
	}),
}
