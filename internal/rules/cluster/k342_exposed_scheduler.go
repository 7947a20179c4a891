package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var schedulerAddress = rule.Rule{
	ID:       "TW-K342",
	Name:     "exposed-scheduler",
	Title:    "Scheduler is reachable from outside its node",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Its metrics and profiles serve only the node itself; on all addresses everyone in the network can ask for them. Without the flag it listens on all addresses; kubeadm sets 127.0.0.1.",
	Fix:      "Set `--bind-address=127.0.0.1`.",
	Refs:     benchmark("1.4.2", nsa, nsaNet, nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0041", "checkov:CKV_K8S_115", "kubescape:C-0152"},
	Bad: []string{`
-- kube-scheduler.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, namespace: kube-system}
spec:
  containers:
  - name: kube-scheduler
    image: registry.k8s.io/kube-scheduler:v1.36.0
    command:
    - kube-scheduler
    - --bind-address=0.0.0.0
#     ^^^^^^^^^^^^^^^^^^^^^^ kube-scheduler listens on more than its node's own address: --bind-address is 0.0.0.0
`, `
-- kube-scheduler.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, namespace: kube-system}
spec:
  containers:
  - name: kube-scheduler
    image: registry.k8s.io/kube-scheduler:v1.36.0
    command:
#   ^^^^^^^ kube-scheduler listens on more than its node's own address: --bind-address is not set
    - kube-scheduler
    - --profiling=false
`},
	Good: []string{`
-- kube-scheduler.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-scheduler, namespace: kube-system}
spec:
  containers:
  - name: kube-scheduler
    image: registry.k8s.io/kube-scheduler:v1.36.0
    command:
    - kube-scheduler
    - --bind-address=127.0.0.1
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: must(demand{
		program: controlplane.Scheduler, setting: "bind-address",
		bad:     reachable,
		says:    "listens on more than its node's own address",
		absent:  bare,
		missing: rule.Low,
		want:    "127.0.0.1",
		add:     true,
	}),
}
