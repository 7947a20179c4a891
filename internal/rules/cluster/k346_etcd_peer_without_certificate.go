package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var etcdPeerPlain = rule.Rule{
	ID:       "TW-K346",
	Name:     "etcd-peer-without-certificate",
	Title:    "Members of etcd talk without TLS",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What one member writes, Secrets included, crosses the network to the others in plain text.",
	Fix:      "Set `--peer-cert-file` and `--peer-key-file`.",
	Refs:     benchmark("2.4", nsa, nsaNet, practice, "M101", nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0045", "checkov:CKV_K8S_119", "kubescape:C-0156"},
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
#   ^^^^^^^ etcd talks to its peers without TLS: --peer-cert-file and --peer-key-file are not set
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
    - --peer-cert-file=/etc/kubernetes/pki/peer-cert-file
    - --peer-key-file=/etc/kubernetes/pki/peer-key-file
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: needsFiles(demand{program: controlplane.Etcd, says: "talks to its peers without TLS", absent: bare}, "peer-cert-file", "peer-key-file"),
}
