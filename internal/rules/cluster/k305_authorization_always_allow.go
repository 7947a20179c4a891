package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var alwaysAllowed = rule.Rule{
	ID:       "TW-K305",
	Name:     "authorization-always-allow",
	Title:    "API server allows every request",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "With `AlwaysAllow` no role is asked: every caller with any credentials is the cluster's administrator.",
	Fix:      "Set `--authorization-mode=Node,RBAC`.",
	Refs:     benchmark("1.2.6", nsa, nsaAccess, nist, "4.3", practice, "M43"),
	Aliases:  []string{"trivy:KCV-0007", "checkov:CKV_K8S_74", "kubescape:C-0118"},
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
    - --authorization-mode=AlwaysAllow
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver allows every request: --authorization-mode is AlwaysAllow
`, `
-- kind.yaml --
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
kubeadmConfigPatches:
- |
  kind: ClusterConfiguration
  apiServer:
    extraArgs:
      authorization-mode: AlwaysAllow
#                         ^^^^^^^^^^^ kube-apiserver allows every request: authorization-mode is AlwaysAllow
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
    - --authorization-mode=Node,RBAC
`},
	Check: must(demand{
		program: controlplane.APIServer, setting: "authorization-mode",
		ban:  "AlwaysAllow",
		says: "allows every request",
		want: "Node,RBAC",
	}),
}
