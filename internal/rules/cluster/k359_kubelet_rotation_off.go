package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var kubeletRotation = rule.Rule{
	ID:       "TW-K359",
	Name:     "kubelet-rotation-off",
	Title:    "Kubelet does not renew its client certificate",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "When its certificate expires the node drops out of the cluster, unless the certificate is good for so long that it cannot be taken back.",
	Fix:      "Set `rotateCertificates: true`.",
	Refs:     benchmark("4.2.10", nsa, nsaAccess, nist, "4.3", practice, "M102"),
	Aliases:  []string{"checkov:CKV_K8S_149", "kubescape:C-0182"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
rotateCertificates: false
#                   ^^^^^ kubelet does not renew its client certificate: rotateCertificates is false
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
rotateCertificates: true
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 110
`},
	Check: must(demand{
		program: controlplane.Kubelet, setting: "rotate-certificates",
		bad:  off,
		says: "does not renew its client certificate",
		want: "true",
	}),
}
