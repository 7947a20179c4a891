package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var podPIDs = rule.Rule{
	ID:       "TW-K362",
	Name:     "no-pod-pid-limit",
	Title:    "Pods may start processes without a limit",
	Severity: rule.Medium,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "One pod that forks without end uses up the node's process numbers, and no other program of the node can start one.",
	Fix:      "Set `podPidsLimit`, 4096 for instance.",
	Refs:     benchmark("4.2.13", nist, "4.3"),
	Aliases:  []string{"kubescape:C-0284"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
podPidsLimit: -1
#             ^^ kubelet lets pods start processes without a limit: podPidsLimit is -1
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
^^^^^^^^^^^^^^^^^^^^^^^^^^ kubelet lets pods start processes without a limit: podPidsLimit is not set
maxPods: 110
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
podPidsLimit: 4096
`},
	Check: must(demand{
		program: controlplane.Kubelet, setting: "pod-max-pids",
		bad:     below(1),
		says:    "lets pods start processes without a limit",
		absent:  everywhere,
		missing: rule.Low,
		want:    "4096",
	}),
}
