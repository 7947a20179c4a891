package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var etcdPeerAuth = rule.Rule{
	ID:       "TW-K347",
	Name:     "etcd-peer-auth-off",
	Title:    "etcd takes members without a certificate",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Who reaches port 2380 can join as a member, and has the whole state of the cluster.",
	Fix:      "Set `--peer-client-cert-auth=true`.",
	Refs:     benchmark("2.5", nsa, nsaAccess, nist, "4.3", practice, "M101"),
	Aliases:  []string{"trivy:KCV-0046", "kubescape:C-0157"},
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
    - --peer-client-cert-auth=false
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ etcd takes peers without a certificate: --peer-client-cert-auth is false
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
#   ^^^^^^^ etcd takes peers without a certificate: --peer-client-cert-auth is not set
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
    - --peer-client-cert-auth=true
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
    - --peer-client-cert-auth
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: must(demand{
		program: controlplane.Etcd, setting: "peer-client-cert-auth",
		bad:    off,
		says:   "takes peers without a certificate",
		absent: bare,
		want:   "true",
		add:    true,
	}),
}
