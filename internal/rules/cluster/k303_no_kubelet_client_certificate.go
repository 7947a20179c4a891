package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var kubeletClientCertificate = rule.Rule{
	ID:       "TW-K303",
	Name:     "no-kubelet-client-certificate",
	Title:    "API server shows kubelets no certificate",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Without a certificate the API server can ask kubelets only as an anonymous caller, so that the kubelets must answer everyone.",
	Fix:      "Set `--kubelet-client-certificate` and `--kubelet-client-key`.",
	Refs:     benchmark("1.2.4", nsa, nsaNet, nist, "4.3", practice, "M100"),
	Aliases:  []string{"trivy:KCV-0005", "checkov:CKV_K8S_72", "kubescape:C-0116"},
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
#   ^^^^^^^ kube-apiserver shows kubelets no certificate: --kubelet-client-certificate and --kubelet-client-key are not set
    - kube-apiserver
    - --profiling=false
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
#   ^^^^^^^ kube-apiserver shows kubelets no certificate: --kubelet-client-key is not set
    - kube-apiserver
    - --kubelet-client-certificate=/etc/kubernetes/pki/kubelet.crt
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
    - --kubelet-client-certificate=/etc/kubernetes/pki/kubelet.crt
    - --kubelet-client-key=/etc/kubernetes/pki/kubelet.key
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: needsFiles(demand{program: controlplane.APIServer, says: "shows kubelets no certificate", absent: bare}, "kubelet-client-certificate", "kubelet-client-key"),
}
