package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var schedulerProfiling = rule.Rule{
	ID:       "TW-K341",
	Name:     "scheduler-profiling",
	Title:    "Scheduler serves profiling data",
	Severity: rule.Medium,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Profiles show what runs inside and cost time to make: they help who wants to understand the cluster or slow it down.",
	Fix:      "Set `--profiling=false`; switch it on for the hour in which it is needed.",
	Refs:     benchmark("1.4.1", nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0040", "checkov:CKV_K8S_114", "kubescape:C-0151"},
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
    - --profiling=true
#     ^^^^^^^^^^^^^^^^ kube-scheduler serves profiling data: --profiling is true
    - --bind-address=127.0.0.1
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
#   ^^^^^^^ kube-scheduler serves profiling data: --profiling is not set
    - kube-scheduler
    - --bind-address=127.0.0.1
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
    - --profiling=false
`},
	Check: must(demand{
		program: controlplane.Scheduler, setting: "profiling",
		bad:     on,
		says:    "serves profiling data",
		absent:  underKubeadm,
		missing: rule.Low,
		want:    "false",
		add:     true,
	}),
}
