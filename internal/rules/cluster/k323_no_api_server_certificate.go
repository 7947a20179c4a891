package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noServingCertificate = rule.Rule{
	ID:       "TW-K323",
	Name:     "no-api-server-certificate",
	Title:    "API server has no certificate of its own",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Clients cannot verify a certificate that the API server makes up at each start, so they are made to trust anyone.",
	Fix:      "Set `--tls-cert-file` and `--tls-private-key-file`.",
	Refs:     benchmark("1.2.24", nsa, nsaNet, practice, "M100", nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0027", "checkov:CKV_K8S_100", "kubescape:C-0138"},
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
#   ^^^^^^^ kube-apiserver serves a certificate that it has signed itself: --tls-cert-file and --tls-private-key-file are not set
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
    - --tls-cert-file=/etc/kubernetes/pki/tls-cert-file
    - --tls-private-key-file=/etc/kubernetes/pki/tls-private-key-file
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: needsFiles(demand{program: controlplane.APIServer, says: "serves a certificate that it has signed itself", absent: bare}, "tls-cert-file", "tls-private-key-file"),
}
