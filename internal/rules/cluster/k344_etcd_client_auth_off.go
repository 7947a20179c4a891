package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var etcdClientAuth = rule.Rule{
	ID:       "TW-K344",
	Name:     "etcd-client-auth-off",
	Title:    "etcd answers clients without a certificate",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Who reaches port 2379 reads and writes the whole state of the cluster, past the API server and its rights.",
	Fix:      "Set `--client-cert-auth=true`.",
	Refs:     benchmark("2.2", nsa, nsaAccess, nist, "4.3", practice, "M101"),
	Aliases:  []string{"trivy:KCV-0043", "checkov:CKV_K8S_117", "kubescape:C-0154"},
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
    - --client-cert-auth=false
#     ^^^^^^^^^^^^^^^^^^^^^^^^ etcd answers clients without a certificate: --client-cert-auth is false
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
#   ^^^^^^^ etcd answers clients without a certificate: --client-cert-auth is not set
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
    - --client-cert-auth=true
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
    - --client-cert-auth
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: must(demand{
		program: controlplane.Etcd, setting: "client-cert-auth",
		bad:    off,
		says:   "answers clients without a certificate",
		absent: bare,
		want:   "true",
		add:    true,
	}),
}
