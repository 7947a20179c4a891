package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noSecurePort = rule.Rule{
	ID:       "TW-K330",
	Name:     "secure-port-off",
	Title:    "API server does not listen with TLS",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without its secure port the API server has no way in with TLS and authentication; the API server of today does not start so.",
	Fix:      "Remove `--secure-port=0`; 6443 is the default.",
	Refs:     benchmark("1.2", nsa, nsaNet, nist, "4.3", practice, "M100"),
	Aliases:  []string{"trivy:KCV-0017", "checkov:CKV_K8S_89", "kubescape:C-0128"},
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
    - --secure-port=0
#     ^^^^^^^^^^^^^^^ kube-apiserver does not listen with TLS: --secure-port is 0
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
    - --secure-port=6443
`},
	Check: must(demand{
		program: controlplane.APIServer, setting: "secure-port",
		bad:  zero,
		says: "does not listen with TLS",
		want: "6443",
	}),
}
