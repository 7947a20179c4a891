package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var kubeletCiphers = rule.Rule{
	ID:       "TW-K361",
	Name:     "weak-kubelet-ciphers",
	Title:    "Kubelet offers weak cipher suites",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Suites without forward secrecy, with RC4, 3DES or CBC have known attacks; one in the list is enough for who can choose.",
	Fix:      "Name only suites with ECDHE and an authenticated cipher, or leave `tlsCipherSuites` out: the defaults are good.",
	Refs:     benchmark("4.2.12", nsa, nsaNet, nist, "4.3"),
	Aliases:  []string{"checkov:CKV_K8S_151", "kubescape:C-0184"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
tlsCipherSuites:
^^^^^^^^^^^^^^^ kubelet offers weak cipher suites: TLS_RSA_WITH_AES_128_CBC_SHA
- TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
- TLS_RSA_WITH_AES_128_CBC_SHA
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
    - --tls-cipher-suites=TLS_RSA_WITH_RC4_128_SHA,TLS_AES_128_GCM_SHA256
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kubelet offers weak cipher suites: TLS_RSA_WITH_RC4_128_SHA
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
tlsCipherSuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 110
`},
	Check: strongCiphersOnly(controlplane.Kubelet, "checkov:CKV_K8S_151"),
}
