package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var etcdAutoTLS = rule.Rule{
	ID:       "TW-K345",
	Name:     "etcd-auto-tls",
	Title:    "etcd signs its own certificate",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A certificate that etcd signs itself can be verified by nobody: clients are made to trust whoever answers.",
	Fix:      "Remove `--auto-tls`, and give a certificate of the cluster's authority for etcd.",
	Refs:     benchmark("2.3", nsa, nsaNet, nist, "4.3", practice, "M101"),
	Aliases:  []string{"trivy:KCV-0044", "checkov:CKV_K8S_118", "kubescape:C-0155"},
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
    - --auto-tls=true
#     ^^^^^^^^^^^^^^^ etcd signs its own certificate: --auto-tls is true
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
etcd:
  local:
    extraArgs:
    - name: auto-tls
      value: "true"
#            ^^^^^^ etcd signs its own certificate: auto-tls is true
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
    - --auto-tls=false
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
		program: controlplane.Etcd, setting: "auto-tls",
		bad:  on,
		says: "signs its own certificate",
		want: "false",
	}),
}
