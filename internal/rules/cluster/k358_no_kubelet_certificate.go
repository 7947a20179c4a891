package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var kubeletCertificate = rule.Rule{
	ID:       "TW-K358",
	Name:     "no-kubelet-certificate",
	Title:    "Kubelet serves a certificate that it has signed itself",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "The API server cannot verify a certificate that the kubelet makes up, so it has to trust whoever answers.",
	Fix:      "Set `serverTLSBootstrap: true` and approve the requests, or `tlsCertFile` and `tlsPrivateKeyFile`.",
	Refs:     benchmark("4.2.9", nsa, nsaNet, nist, "4.3", practice, "M102"),
	Aliases:  []string{"checkov:CKV_K8S_148", "kubescape:C-0181"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
^^^^^^^^^^^^^^^^^^^^^^^^^^ kubelet serves a certificate that it has signed itself: tlsCertFile and tlsPrivateKeyFile are not set
maxPods: 110
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
tlsCertFile: /var/lib/kubelet/pki/kubelet.crt
tlsPrivateKeyFile: /var/lib/kubelet/pki/kubelet.key
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
serverTLSBootstrap: true
`},
	Check: needsFiles(demand{program: controlplane.Kubelet, says: "serves a certificate that it has signed itself", absent: everywhere,
		unless: []string{"rotate-server-certificates"}}, "tls-cert-file", "tls-private-key-file"),
}
