package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var extendedTokens = rule.Rule{
	ID:       "TW-K328",
	Name:     "extended-token-expiration",
	Title:    "API server lets service account tokens live for a year",
	Severity: rule.Medium,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Tokens mounted into pods say that they end within the hour, but the API server accepts them for a year, so that old clients need not read them again. A stolen one is as good for as long.",
	Fix:      "Set `--service-account-extend-token-expiration=false` once no client is older than 2021.",
	Refs:     benchmark("1.2.30", nsa, nsaAccess, nist, "4.3", practice, "M47"),
	Aliases:  []string{"kubescape:C-0290"},
	Bad: []string{`
-- kube-apiserver.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command:
    - kube-apiserver
    - --service-account-extend-token-expiration=true
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver lets service account tokens live for a year: --service-account-extend-token-expiration is true
`, `
-- kube-apiserver.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command:
#   ^^^^^^^ kube-apiserver lets service account tokens live for a year: --service-account-extend-token-expiration is not set
    - kube-apiserver
    - --profiling=false
`},
	Good: []string{`
-- kube-apiserver.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command:
    - kube-apiserver
    - --service-account-extend-token-expiration=false
`},
	Check: must(demand{
		program: controlplane.APIServer, setting: "service-account-extend-token-expiration",
		bad:     on,
		says:    "lets service account tokens live for a year",
		absent:  underKubeadm,
		missing: rule.Low,
		want:    "false",
		add:     true,
	}),
}
