package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var plainKubelet = rule.Rule{
	ID:       "TW-K331",
	Name:     "kubelet-without-tls",
	Title:    "API server talks to kubelets without TLS",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Logs, exec sessions and what is typed in them cross the network in plain text. Since 1.22 the flag is gone and TLS is always used.",
	Fix:      "Remove `--kubelet-https=false`.",
	Refs:     benchmark("1.2", nsa, nsaNet, nist, "4.3", practice, "M100"),
	Aliases:  []string{"trivy:KCV-0004", "checkov:CKV_K8S_71"},
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
    - --kubelet-https=false
#     ^^^^^^^^^^^^^^^^^^^^^ kube-apiserver talks to kubelets without TLS: --kubelet-https is false
    - --profiling=false
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
		program: controlplane.APIServer, setting: "kubelet-https",
		bad:  off,
		says: "talks to kubelets without TLS",
	}),
}
