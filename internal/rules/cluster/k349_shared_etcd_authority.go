package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var etcdAuthority = rule.Rule{
	ID:       "TW-K349",
	Name:     "shared-etcd-authority",
	Title:    "etcd trusts the cluster's authority, or none",
	Severity: rule.Medium,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "Whoever has any certificate of the cluster's authority, a kubelet for instance, is a client of etcd where that authority is trusted there.",
	Fix:      "Set `--trusted-ca-file` to an authority that signs for etcd only.",
	Refs:     benchmark("2.7", nsa, nsaNet, nist, "4.3", practice, "M101"),
	Aliases:  []string{"kubescape:C-0159"},
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
    - --trusted-ca-file=/etc/kubernetes/pki/ca.crt
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ etcd trusts every certificate of the cluster: --trusted-ca-file is /etc/kubernetes/pki/ca.crt
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
#   ^^^^^^^ etcd knows no authority for clients: --trusted-ca-file is not set
    - etcd
    - --name=one
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
    - --trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt
`},
	Check: must(demand{
		program: controlplane.Etcd, setting: "trusted-ca-file",
		bad:     clusterAuthority,
		says:    "trusts every certificate of the cluster",
		lacks:   "knows no authority for clients",
		absent:  bare,
		missing: rule.Low,
	}),
}

// clusterAuthority tells the file that kubeadm gives the cluster's own authority.
func clusterAuthority(s controlplane.Setting) bool { return s.Value == "/etc/kubernetes/pki/ca.crt" }
