package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var readOnlyPort = rule.Rule{
	ID:       "TW-K353",
	Name:     "kubelet-read-only-port",
	Title:    "Kubelet tells everyone what runs on its node",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The read-only port shows pods, their environment and statistics without any credentials. It is 10255 for a kubelet without a configuration file.",
	Fix:      "Set `readOnlyPort: 0`, or `--read-only-port=0`.",
	Refs:     benchmark("4.2.4", nsa, nsaAccess, nist, "4.3", practice, "M102"),
	Aliases:  []string{"checkov:CKV_K8S_141", "kubescape:C-0175"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
readOnlyPort: 10255
#             ^^^^^ kubelet tells everyone what runs on its node: readOnlyPort is 10255
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
#   ^^^^^^^ kubelet tells everyone what runs on its node: --read-only-port is not set
    - kubelet
    - --anonymous-auth=false
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
readOnlyPort: 0
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 110
`},
	Check: must(demand{
		program: controlplane.Kubelet, setting: "read-only-port",
		bad:    nonZero,
		says:   "tells everyone what runs on its node",
		absent: bare,
		want:   "0",
		add:    true,
	}),
}
