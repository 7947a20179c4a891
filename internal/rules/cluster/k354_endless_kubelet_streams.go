package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var idleStreams = rule.Rule{
	ID:       "TW-K354",
	Name:     "endless-kubelet-streams",
	Title:    "Kubelet never ends idle connections",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Connections of exec, attach and port-forward that nobody uses any more stay open, and use up the node's ports and memory.",
	Fix:      "Set `streamingConnectionIdleTimeout: 5m`; four hours are the default.",
	Refs:     benchmark("4.2.5", nist, "4.3"),
	Aliases:  []string{"checkov:CKV_K8S_143", "kubescape:C-0176"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
streamingConnectionIdleTimeout: 0s
#                               ^^ kubelet never ends idle connections: streamingConnectionIdleTimeout is 0s
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
    - --streaming-connection-idle-timeout=0
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kubelet never ends idle connections: --streaming-connection-idle-timeout is 0
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
streamingConnectionIdleTimeout: 5m
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 110
`},
	Check: must(demand{
		program: controlplane.Kubelet, setting: "streaming-connection-idle-timeout",
		bad:  zero,
		says: "never ends idle connections",
		want: "5m",
	}),
}
