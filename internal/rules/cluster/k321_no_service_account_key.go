package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noServiceAccountKey = rule.Rule{
	ID:       "TW-K321",
	Name:     "no-service-account-key",
	Title:    "API server verifies service account tokens with its TLS key",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Without a key of its own for tokens the API server takes the one of its TLS certificate: neither can be changed without the other, and who has one has both.",
	Fix:      "Set `--service-account-key-file` to the public key of a pair used for nothing else.",
	Refs:     benchmark("1.2.22", nsa, nsaAccess, nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0025", "kubescape:C-0136"},
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
#   ^^^^^^^ kube-apiserver verifies service account tokens with its TLS key: --service-account-key-file is not set
    - kube-apiserver
    - --v=2
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
    - --service-account-key-file=/etc/kubernetes/pki/service-account-key-file
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: needsFiles(demand{program: controlplane.APIServer, says: "verifies service account tokens with its TLS key", absent: bare}, "service-account-key-file"),
}
