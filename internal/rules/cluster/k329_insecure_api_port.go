package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var insecurePort = rule.Rule{
	ID:       "TW-K329",
	Name:     "insecure-api-port",
	Title:    "API server listens without TLS and authentication",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "On the insecure port no credentials are asked and no rights are checked: who reaches it is the administrator. Since 1.24 the API server does not start with these flags.",
	Fix:      "Remove `--insecure-port` and `--insecure-bind-address`.",
	Refs:     benchmark("1.2", nsa, nsaNet, nist, "4.3", practice, "M100"),
	Aliases:  []string{"kubescape:C-0005", "checkov:CKV_K8S_86"},
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
    - --insecure-port=8080
#     ^^^^^^^^^^^^^^^^^^^^ kube-apiserver listens without TLS and authentication: --insecure-port is 8080
    - --insecure-bind-address=0.0.0.0
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver listens without TLS and authentication: --insecure-bind-address is 0.0.0.0
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
    - --insecure-port=0
`},
	Check: must(
		demand{program: controlplane.APIServer, setting: "insecure-port", bad: nonZero, says: "listens without TLS and authentication", others: []string{"checkov:CKV_K8S_86"}},
		demand{program: controlplane.APIServer, setting: "insecure-bind-address", bad: given, says: "listens without TLS and authentication", others: []string{"kubescape:C-0005"}},
	),
}
