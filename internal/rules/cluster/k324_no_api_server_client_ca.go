package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noClientCA = rule.Rule{
	ID:       "TW-K324",
	Name:     "no-api-server-client-ca",
	Title:    "API server knows no authority for client certificates",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Kubelets and the other programs of the control plane then need other credentials, which as a rule are tokens without an end.",
	Fix:      "Set `--client-ca-file`.",
	Refs:     benchmark("1.2.25", nsa, nsaAccess, practice, "M100", nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0028", "kubescape:C-0139"},
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
#   ^^^^^^^ kube-apiserver knows no authority for client certificates: --client-ca-file is not set
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
    - --client-ca-file=/etc/kubernetes/pki/client-ca-file
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: needsFiles(demand{program: controlplane.APIServer, says: "knows no authority for client certificates", absent: bare}, "client-ca-file"),
}
