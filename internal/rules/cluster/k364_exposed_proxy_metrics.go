package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var proxyMetrics = rule.Rule{
	ID:       "TW-K364",
	Name:     "exposed-proxy-metrics",
	Title:    "kube-proxy shows its metrics to the network",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The metrics, and where they are switched on the profiles, of every node are then open to all who reach it.",
	Fix:      "Set `metricsBindAddress: 127.0.0.1:10249`, the default, or leave it out.",
	Refs:     benchmark("4.3.1", nsa, nsaNet, nist, "4.3"),
	Aliases:  []string{"kubescape:C-0291"},
	Bad: []string{`
-- proxy.yaml --
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
metricsBindAddress: 0.0.0.0:10249
#                   ^^^^^^^^^^^^^ kube-proxy shows its metrics to the network: metricsBindAddress is 0.0.0.0:10249
`, `
-- configmap.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: kube-proxy, namespace: kube-system}
data:
  config.conf: |-
    apiVersion: kubeproxy.config.k8s.io/v1alpha1
    kind: KubeProxyConfiguration
    metricsBindAddress: 0.0.0.0:10249
#                       ^^^^^^^^^^^^^ kube-proxy shows its metrics to the network: metricsBindAddress is 0.0.0.0:10249
`},
	Good: []string{`
-- proxy.yaml --
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
metricsBindAddress: ""
`, `
-- proxy.yaml --
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
metricsBindAddress: "[::1]:10249"
`},
	Check: must(demand{
		program: controlplane.Proxy, setting: "metrics-bind-address",
		bad:  reachable,
		says: "shows its metrics to the network",
		want: "127.0.0.1:10249",
	}),
}
