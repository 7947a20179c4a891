package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var managerProfiling = rule.Rule{
	ID:       "TW-K335",
	Name:     "controller-manager-profiling",
	Title:    "Controller manager serves profiling data",
	Severity: rule.Medium,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Profiles show what runs inside and cost time to make: they help who wants to understand the cluster or slow it down.",
	Fix:      "Set `--profiling=false`; switch it on for the hour in which it is needed.",
	Refs:     benchmark("1.3.2", nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0034", "checkov:CKV_K8S_107", "kubescape:C-0145"},
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
    - --profiling=true
#     ^^^^^^^^^^^^^^^^ kube-controller-manager serves profiling data: --profiling is true
    - --bind-address=127.0.0.1
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
#   ^^^^^^^ kube-controller-manager serves profiling data: --profiling is not set
    - kube-controller-manager
    - --bind-address=127.0.0.1
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
    - --profiling=false
`},
	Check: must(demand{
		program: controlplane.ControllerManager, setting: "profiling",
		bad:     on,
		says:    "serves profiling data",
		absent:  underKubeadm,
		missing: rule.Low,
		want:    "false",
		add:     true,
	}),
}
