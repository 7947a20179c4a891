package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var staticCredentials = rule.Rule{
	ID:       "TW-K301",
	Name:     "static-credentials-file",
	Title:    "API server takes tokens or passwords from a file",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The file holds its tokens in plain text, for ever: one is taken back only by changing the file and restarting the API server.",
	Fix:      "Remove the flag; use service accounts for programs and OIDC for people.",
	Refs:     benchmark("1.2.2", nsa, nsaAccess, nist, "4.3", practice, "M29"),
	Aliases:  []string{"trivy:KCV-0002", "checkov:CKV_K8S_69", "checkov:CKV_K8S_70", "kubescape:C-0114"},
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
    - --basic-auth-file=/etc/kubernetes/users.csv
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver takes passwords from a file: --basic-auth-file is /etc/kubernetes/users.csv
    - --token-auth-file=/etc/kubernetes/tokens.csv
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver takes tokens from a file: --token-auth-file is /etc/kubernetes/tokens.csv
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
    - --client-ca-file=/etc/kubernetes/pki/ca.crt
`},
	Check: must(
		demand{program: controlplane.APIServer, setting: "token-auth-file", bad: given, says: "takes tokens from a file", others: []string{"checkov:CKV_K8S_69"}},
		demand{program: controlplane.APIServer, setting: "basic-auth-file", bad: given, says: "takes passwords from a file", others: []string{"trivy:KCV-0002", "checkov:CKV_K8S_70", "kubescape:C-0114"}},
	),
}
