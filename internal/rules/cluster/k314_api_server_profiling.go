package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var apiProfiling = rule.Rule{
	ID:       "TW-K314",
	Name:     "api-server-profiling",
	Title:    "API server serves profiling data",
	Severity: rule.Medium,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Profiles show what runs inside and cost time to make: they help who wants to understand the cluster or slow it down.",
	Fix:      "Set `--profiling=false`; switch it on for the hour in which it is needed.",
	Refs:     benchmark("1.2.15", nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0018", "checkov:CKV_K8S_90", "kubescape:C-0129"},
	Bad: []string{`
-- kube-apiserver.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command:
    - kube-apiserver
    - --profiling=true
#     ^^^^^^^^^^^^^^^^ kube-apiserver serves profiling data: --profiling is true
    - --anonymous-auth=false
`, `
-- kube-apiserver.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command:
#   ^^^^^^^ kube-apiserver serves profiling data: --profiling is not set
    - kube-apiserver
    - --anonymous-auth=false
`},
	Good: []string{`
-- kube-apiserver.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command:
    - kube-apiserver
    - --profiling=false
`},
	Check: must(demand{
		program: controlplane.APIServer, setting: "profiling",
		bad:     on,
		says:    "serves profiling data",
		absent:  underKubeadm,
		missing: rule.Low,
		want:    "false",
		add:     true,
	}),
}
