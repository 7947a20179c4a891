package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noEtcdClientCertificate = rule.Rule{
	ID:       "TW-K322",
	Name:     "no-etcd-client-certificate",
	Title:    "API server shows etcd no certificate",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "etcd holds every Secret. Where the API server needs no certificate to read it, neither does anyone else who reaches its port.",
	Fix:      "Set `--etcd-certfile` and `--etcd-keyfile`.",
	Refs:     benchmark("1.2.23", nsa, nsaNet, practice, "M101", nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0026", "checkov:CKV_K8S_99", "kubescape:C-0137"},
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
#   ^^^^^^^ kube-apiserver shows etcd no certificate: --etcd-certfile and --etcd-keyfile are not set
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
    - --etcd-certfile=/etc/kubernetes/pki/etcd-certfile
    - --etcd-keyfile=/etc/kubernetes/pki/etcd-keyfile
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: needsFiles(demand{program: controlplane.APIServer, says: "shows etcd no certificate", absent: bare}, "etcd-certfile", "etcd-keyfile"),
}
