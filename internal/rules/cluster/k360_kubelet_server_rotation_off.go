package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var kubeletServerRotation = rule.Rule{
	ID:       "TW-K360",
	Name:     "kubelet-server-rotation-off",
	Title:    "Kubelet does not renew its serving certificate",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A certificate that is not renewed in time is either expired or made for many years; both end in clients that do not verify it.",
	Fix:      "Remove `RotateKubeletServerCertificate: false`; true is the default.",
	Refs:     benchmark("4.2.11", nist, "4.3"),
	Aliases:  []string{"checkov:CKV_K8S_150", "kubescape:C-0183"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: main
    image: registry.k8s.io/kubelet:v1.36.0
    command:
    - kubelet
    - --feature-gates=A=true,RotateKubeletServerCertificate=false
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kubelet does not renew its serving certificate: the feature gate RotateKubeletServerCertificate is false
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
featureGates:
  RotateKubeletServerCertificate: false
#                                 ^^^^^ kubelet does not renew its serving certificate: the feature gate RotateKubeletServerCertificate is false
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: example.com/kubelet:1.36
    command:
    - kubelet
    - --feature-gates=RotateKubeletServerCertificate=true
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
    - kubelet
    - --v=2
`},
	Check: gateStaysOn(controlplane.Kubelet, "RotateKubeletServerCertificate", "does not renew its serving certificate"),
}
