package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noTokenLookup = rule.Rule{
	ID:       "TW-K320",
	Name:     "service-account-lookup-off",
	Title:    "API server accepts tokens of deleted service accounts",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without the lookup a signature is enough: a token goes on working after its service account is gone.",
	Fix:      "Remove `--service-account-lookup=false`; true is the default.",
	Refs:     benchmark("1.2.21", nsa, nsaAccess, nist, "4.3", practice, "M47"),
	Aliases:  []string{"trivy:KCV-0024", "kubescape:C-0135"},
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
    - --service-account-lookup=false
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver accepts tokens of deleted service accounts: --service-account-lookup is false
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
    - --service-account-lookup=true
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
    - kube-apiserver
    - --profiling=false
`},
	Check: must(demand{
		program: controlplane.APIServer, setting: "service-account-lookup",
		bad:  off,
		says: "accepts tokens of deleted service accounts",
		want: "true",
	}),
}
