package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var kubeletAllows = rule.Rule{
	ID:       "TW-K351",
	Name:     "kubelet-always-allow",
	Title:    "Kubelet allows every request",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "With `AlwaysAllow` whoever has any credentials runs commands in every container of the node. It is the default of a kubelet without a configuration file.",
	Fix:      "Set `authorization.mode: Webhook`, or `--authorization-mode=Webhook`.",
	Refs:     benchmark("4.2.2", nsa, nsaAccess, nist, "4.3", practice, "M102"),
	Aliases:  []string{"checkov:CKV_K8S_139", "kubescape:C-0173"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authorization:
  mode: AlwaysAllow
#       ^^^^^^^^^^^ kubelet allows every request: authorization.mode is AlwaysAllow
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
#   ^^^^^^^ kubelet allows every request: --authorization-mode is not set
    - kubelet
    - --anonymous-auth=false
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authorization: {mode: Webhook}
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 110
`},
	Check: must(demand{
		program: controlplane.Kubelet, setting: "authorization-mode",
		ban:      "AlwaysAllow",
		says:     "allows every request",
		absent:   bare,
		want:     "Webhook",
		add:      true,
		explicit: []string{"checkov:CKV_K8S_139"},
	}),
}
