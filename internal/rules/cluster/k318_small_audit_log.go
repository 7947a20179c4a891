package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var auditSize = rule.Rule{
	ID:       "TW-K318",
	Name:     "small-audit-log",
	Title:    "Audit log is rotated before it has 100 MB",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Small logs are rotated away fast, and with them what happened before.",
	Fix:      "Set `--audit-log-maxsize=100` or more.",
	Refs:     benchmark("1.2.19", nsa, nsaAudit, nist, "4.3", practice, "M106"),
	Aliases:  []string{"trivy:KCV-0022", "checkov:CKV_K8S_94", "kubescape:C-0133"},
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
    - --audit-log-maxsize=20
#     ^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver does not let an audit log grow to 100 MB: --audit-log-maxsize is 20
    - --profiling=false
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
#   ^^^^^^^ kube-apiserver does not let an audit log grow to 100 MB: --audit-log-maxsize is not set
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
    - --audit-log-maxsize=100
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
	Check: must(demand{
		program: controlplane.APIServer, setting: "audit-log-maxsize",
		bad:     below(100),
		says:    "does not let an audit log grow to 100 MB",
		absent:  bare,
		missing: rule.Low,
		unless:  []string{"audit-webhook-config-file"},
		want:    "100",
		add:     true,
	}),
}
