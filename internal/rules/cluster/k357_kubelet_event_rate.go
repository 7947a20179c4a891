package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var eventRate = rule.Rule{
	ID:       "TW-K357",
	Name:     "kubelet-event-rate",
	Title:    "Kubelet reports events without a limit",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A rate of 0 is no limit: one crashing pod can then flood the API server with events.",
	Fix:      "Set `eventRecordQPS` to what the cluster needs; 50 is the default.",
	Refs:     benchmark("4.2.8", nist, "4.3"),
	Aliases:  []string{"kubescape:C-0180"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
eventRecordQPS: 0
#               ^ kubelet reports events without a limit: eventRecordQPS is 0
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
eventRecordQPS: 50
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 110
`},
	Check: must(demand{
		program: controlplane.Kubelet, setting: "event-qps",
		bad:  below(1),
		says: "reports events without a limit",
		want: "50",
	}),
}
