package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unverifiedKubelet = rule.Rule{
	ID:       "TW-K304",
	Name:     "unverified-kubelet",
	Title:    "API server does not verify the certificates of kubelets",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Whoever answers in a kubelet's place is believed: logs, exec sessions and what is typed in them pass through his hands.",
	Fix:      "Set `--kubelet-certificate-authority`. With kubeadm the kubelets need `serverTLSBootstrap: true` first, since their certificates are self-signed.",
	Refs:     benchmark("1.2.5", nsa, nsaNet, nist, "4.3", practice, "M100"),
	Aliases:  []string{"trivy:KCV-0006", "checkov:CKV_K8S_73", "kubescape:C-0117"},
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
#   ^^^^^^^ kube-apiserver does not verify the certificates of kubelets: --kubelet-certificate-authority is not set
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
    - --kubelet-certificate-authority=/etc/kubernetes/pki/ca.crt
`},
	Check: needsFiles(demand{program: controlplane.APIServer, says: "does not verify the certificates of kubelets", absent: underKubeadm}, "kubelet-certificate-authority"),
}
