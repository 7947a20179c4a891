package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noAuditLog = rule.Rule{
	ID:       "TW-K315",
	Name:     "no-audit-log",
	Title:    "API server keeps no audit log",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Without an audit log nobody can say afterwards who read a Secret, started a pod or changed a role.",
	Fix:      "Set `--audit-log-path`, or `--audit-webhook-config-file` where the events go elsewhere, together with `--audit-policy-file`.",
	Refs:     benchmark("1.2.16", nsa, nsaAudit, nist, "4.3", practice, "M106"),
	Aliases:  []string{"trivy:KCV-0019", "checkov:CKV_K8S_91", "kubescape:C-0130"},
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
#   ^^^^^^^ kube-apiserver keeps no audit log: --audit-log-path is not set
    - kube-apiserver
    - --profiling=false
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver keeps no audit log: audit-log-path is not set
clusterName: shop
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
    - --audit-log-path=/var/log/kubernetes/audit.log
`, `
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
    - --audit-webhook-config-file=/etc/kubernetes/audit.yaml
`},
	Check: needsFiles(demand{program: controlplane.APIServer, says: "keeps no audit log", absent: underKubeadm, unless: []string{"audit-webhook-config-file"}}, "audit-log-path"),
}
