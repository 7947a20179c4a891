package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noNodeAuthorizer = rule.Rule{
	ID:       "TW-K306",
	Name:     "no-node-authorizer",
	Title:    "API server does not limit what kubelets may read",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Only the `Node` authorizer confines a kubelet to the Secrets, ConfigMaps and pods of its own node. Without it, one taken node reads those of all.",
	Fix:      "Add `Node` to `--authorization-mode`.",
	Refs:     benchmark("1.2.7", nsa, nsaAccess, nist, "4.3", practice, "M103"),
	Aliases:  []string{"trivy:KCV-0008", "checkov:CKV_K8S_75", "kubescape:C-0119"},
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
    - --authorization-mode=RBAC
#     ^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver does not limit what kubelets may read: --authorization-mode is RBAC
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
#   ^^^^^^^ kube-apiserver does not limit what kubelets may read: --authorization-mode is not set
    - kube-apiserver
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
    - --authorization-mode=Node,RBAC
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: must(demand{
		program: controlplane.APIServer, setting: "authorization-mode",
		hold:   "Node",
		says:   "does not limit what kubelets may read",
		absent: bare,
		unless: []string{"authorization-config"},
	}),
}
