package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noNodeRestriction = rule.Rule{
	ID:       "TW-K313",
	Name:     "no-node-restriction",
	Title:    "API server lets a kubelet change other nodes",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A kubelet may otherwise relabel any node and change any pod, so that whoever takes one node can draw the others' workloads to it. Naming other plugins in kubeadm's extra arguments replaces the `NodeRestriction` that kubeadm sets.",
	Fix:      "Add `NodeRestriction` to `--enable-admission-plugins`.",
	Refs:     benchmark("1.2.14", nsa, nsaAccess, nist, "4.3", practice, "M103"),
	Aliases:  []string{"trivy:KCV-0016", "checkov:CKV_K8S_85", "kubescape:C-0127"},
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
    - kube-apiserver
    - --enable-admission-plugins=AlwaysPullImages
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver lets a kubelet change other nodes: --enable-admission-plugins does not hold NodeRestriction
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
apiServer:
  extraArgs:
    enable-admission-plugins: AlwaysPullImages
#                             ^^^^^^^^^^^^^^^^ kube-apiserver lets a kubelet change other nodes: enable-admission-plugins does not hold NodeRestriction
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
    - --enable-admission-plugins=NodeRestriction
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: needsPlugin(plugin{name: "NodeRestriction", without: "lets a kubelet change other nodes", absent: bare, add: true, explicit: []string{"checkov:CKV_K8S_85"}}),
}
