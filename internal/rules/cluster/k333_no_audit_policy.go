package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noAuditPolicy = rule.Rule{
	ID:       "TW-K333",
	Name:     "no-audit-policy",
	Title:    "API server has no audit policy",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Without a policy the API server records no event at all, whatever path the log has.",
	Fix:      "Write an audit Policy and give it by `--audit-policy-file`.",
	Refs:     benchmark("3.2.1", nsa, nsaAudit, nist, "4.3", practice, "M106"),
	Aliases:  []string{"kubescape:C-0160", "kubescape:C-0067"},
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
#   ^^^^^^^ kube-apiserver records no audit event: --audit-policy-file is not set
    - kube-apiserver
    - --audit-log-path=/var/log/audit.log
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
    - --audit-policy-file=/etc/kubernetes/audit.yaml
`},
	Check: needsFiles(demand{program: controlplane.APIServer, says: "records no audit event", absent: underKubeadm}, "audit-policy-file"),
}
