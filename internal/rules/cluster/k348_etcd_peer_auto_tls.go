package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var etcdPeerAutoTLS = rule.Rule{
	ID:       "TW-K348",
	Name:     "etcd-peer-auto-tls",
	Title:    "Members of etcd sign their own certificates",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A certificate that etcd signs itself can be verified by nobody: clients are made to trust whoever answers.",
	Fix:      "Remove `--peer-auto-tls`, and give a certificate of the cluster's authority for etcd.",
	Refs:     benchmark("2.6", nsa, nsaNet, nist, "4.3", practice, "M101"),
	Aliases:  []string{"trivy:KCV-0047", "kubescape:C-0158"},
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
    - etcd
    - --peer-auto-tls=true
#     ^^^^^^^^^^^^^^^^^^^^ etcd signs its own certificate for peers: --peer-auto-tls is true
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
etcd:
  local:
    extraArgs:
    - name: peer-auto-tls
      value: "true"
#            ^^^^^^ etcd signs its own certificate for peers: peer-auto-tls is true
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
    - --peer-auto-tls=false
`, `
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
    - --name=one
`},
	Check: must(demand{
		program: controlplane.Etcd, setting: "peer-auto-tls",
		bad:  on,
		says: "signs its own certificate for peers",
		want: "false",
	}),
}
