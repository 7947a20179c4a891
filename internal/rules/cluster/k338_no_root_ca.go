package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noRootCA = rule.Rule{
	ID:       "TW-K338",
	Name:     "no-root-ca",
	Title:    "Pods are not given the authority of the API server",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Pods cannot verify whom they talk to when they send their token, so that clients are written to trust anyone.",
	Fix:      "Set `--root-ca-file`.",
	Refs:     benchmark("1.3.5", nsa, nsaNet, nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0037", "kubescape:C-0148"},
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
#   ^^^^^^^ kube-controller-manager gives pods no authority for the API server: --root-ca-file is not set
    - kube-controller-manager
    - --v=2
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
    - --root-ca-file=/etc/kubernetes/pki/root-ca-file
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: needsFiles(demand{program: controlplane.ControllerManager, says: "gives pods no authority for the API server", absent: bare}, "root-ca-file"),
}
