package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var auditAge = rule.Rule{
	ID:       "TW-K316",
	Name:     "short-audit-retention",
	Title:    "Audit log is not kept for 30 days",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "An intrusion is often noticed weeks later. What the audit log no longer holds by then cannot be looked into.",
	Fix:      "Set `--audit-log-maxage=30` or more.",
	Refs:     benchmark("1.2.17", nsa, nsaAudit, nist, "4.3", practice, "M106"),
	Aliases:  []string{"trivy:KCV-0020", "checkov:CKV_K8S_92", "kubescape:C-0131"},
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
    - --audit-log-maxage=6
#     ^^^^^^^^^^^^^^^^^^^^ kube-apiserver does not say that audit logs are kept for 30 days: --audit-log-maxage is 6
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
#   ^^^^^^^ kube-apiserver does not say that audit logs are kept for 30 days: --audit-log-maxage is not set
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
    - --audit-log-maxage=30
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
		program: controlplane.APIServer, setting: "audit-log-maxage",
		bad:     below(30),
		says:    "does not say that audit logs are kept for 30 days",
		absent:  bare,
		missing: rule.Low,
		unless:  []string{"audit-webhook-config-file"},
		want:    "30",
		add:     true,
	}),
}
