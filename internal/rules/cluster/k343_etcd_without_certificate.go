package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var etcdPlain = rule.Rule{
	ID:       "TW-K343",
	Name:     "etcd-without-certificate",
	Title:    "etcd serves without TLS",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Everything the cluster knows, Secrets included, crosses the network in plain text.",
	Fix:      "Set `--cert-file` and `--key-file`.",
	Refs:     benchmark("2.1", nsa, nsaNet, practice, "M101", nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0042", "checkov:CKV_K8S_116", "kubescape:C-0153"},
	Bad: []string{`
-- etcd.yaml --
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: registry.k8s.io/etcd:3.6.5-0
    command:
#   ^^^^^^^ etcd serves without TLS: --cert-file and --key-file are not set
    - etcd
    - --v=2
`},
	Good: []string{`
-- etcd.yaml --
apiVersion: v1
kind: Pod
metadata: {name: etcd, namespace: kube-system}
spec:
  containers:
  - name: etcd
    image: registry.k8s.io/etcd:3.6.5-0
    command:
    - etcd
    - --cert-file=/etc/kubernetes/pki/cert-file
    - --key-file=/etc/kubernetes/pki/key-file
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: needsFiles(demand{program: controlplane.Etcd, says: "serves without TLS", absent: bare}, "cert-file", "key-file"),
}
