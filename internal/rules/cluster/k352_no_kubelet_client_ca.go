package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var kubeletClientCA = rule.Rule{
	ID:       "TW-K352",
	Name:     "no-kubelet-client-ca",
	Title:    "Kubelet knows no authority for client certificates",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Without it the kubelet cannot tell the API server from others by its certificate. kubeadm sets it.",
	Fix:      "Set `authentication.x509.clientCAFile`, or `--client-ca-file`.",
	Refs:     benchmark("4.2.3", nsa, nsaAccess, nist, "4.3", practice, "M102"),
	Aliases:  []string{"kubescape:C-0174", "kubescape:C-0070"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  x509: {}
# ^^^^ kubelet knows no authority for client certificates: authentication.x509.clientCAFile is not set
`, `
-- kubelet.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: example.com/kubelet:1.36
    command:
#   ^^^^^^^ kubelet knows no authority for client certificates: --client-ca-file is not set
    - kubelet
    - --anonymous-auth=false
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}}
`},
	Check: needsFiles(demand{program: controlplane.Kubelet, says: "knows no authority for client certificates", absent: bare | inFile}, "client-ca-file"),
}
