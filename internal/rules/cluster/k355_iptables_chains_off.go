package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noUtilChains = rule.Rule{
	ID:       "TW-K355",
	Name:     "iptables-chains-off",
	Title:    "Kubelet does not keep the node's iptables rules in order",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The kubelet's own chains keep, among others, martian packets out of the pods' network; by hand they soon contradict what runs.",
	Fix:      "Remove `makeIPTablesUtilChains: false`; true is the default.",
	Refs:     benchmark("4.2.6", nist, "4.3"),
	Aliases:  []string{"kubescape:C-0178"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
makeIPTablesUtilChains: false
#                       ^^^^^ kubelet leaves the node's iptables rules to others: makeIPTablesUtilChains is false
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
makeIPTablesUtilChains: true
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 110
`},
	Check: must(demand{
		program: controlplane.Kubelet, setting: "make-iptables-util-chains",
		bad:  off,
		says: "leaves the node's iptables rules to others",
		want: "true",
	}),
}
