package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var auditBackups = rule.Rule{
	ID:       "TW-K317",
	Name:     "few-audit-backups",
	Title:    "Fewer than 10 old audit logs are kept",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A log that is rotated away within the hour is none: who wants to hide a request only has to make many others.",
	Fix:      "Set `--audit-log-maxbackup=10` or more.",
	Refs:     benchmark("1.2.18", nsa, nsaAudit, nist, "4.3", practice, "M106"),
	Aliases:  []string{"trivy:KCV-0021", "checkov:CKV_K8S_93", "kubescape:C-0132"},
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
    - --audit-log-maxbackup=2
#     ^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver does not say that 10 old audit logs are kept: --audit-log-maxbackup is 2
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
#   ^^^^^^^ kube-apiserver does not say that 10 old audit logs are kept: --audit-log-maxbackup is not set
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
    - --audit-log-maxbackup=10
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
		program: controlplane.APIServer, setting: "audit-log-maxbackup",
		bad:     below(10),
		says:    "does not say that 10 old audit logs are kept",
		absent:  bare,
		missing: rule.Low,
		unless:  []string{"audit-webhook-config-file"},
		want:    "10",
		add:     true,
	}),
}
