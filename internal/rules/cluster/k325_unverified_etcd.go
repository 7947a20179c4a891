package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var unverifiedEtcd = rule.Rule{
	ID:       "TW-K325",
	Name:     "unverified-etcd",
	Title:    "API server does not verify the certificate of etcd",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever answers in etcd's place is believed, and hands out the cluster's state as he likes.",
	Fix:      "Set `--etcd-cafile`.",
	Refs:     benchmark("1.2.26", nsa, nsaNet, practice, "M101", nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0029", "kubescape:C-0140"},
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
#   ^^^^^^^ kube-apiserver does not verify the certificate of etcd: --etcd-cafile is not set
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
    - --etcd-cafile=/etc/kubernetes/pki/etcd-cafile
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: needsFiles(demand{program: controlplane.APIServer, says: "does not verify the certificate of etcd", absent: bare}, "etcd-cafile"),
}
