package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noRBAC = rule.Rule{
	ID:       "TW-K307",
	Name:     "no-rbac-authorizer",
	Title:    "API server does not ask RBAC",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Roles and bindings have no effect until `RBAC` is among the authorization modes; where no mode is given at all, the API server allows every request.",
	Fix:      "Set `--authorization-mode=Node,RBAC`.",
	Refs:     benchmark("1.2.8", nsa, nsaAccess, nist, "4.3", practice, "M43"),
	Aliases:  []string{"trivy:KCV-0009", "checkov:CKV_K8S_77", "kubescape:C-0120", "kubescape:C-0088"},
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
    - --authorization-mode=Node,Webhook
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver does not ask RBAC: --authorization-mode is Node,Webhook
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
#   ^^^^^^^ kube-apiserver allows every request: --authorization-mode is not set
    - kube-apiserver
    - --profiling=false
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
    - --authorization-mode
    - Node,RBAC
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
    - --authorization-config=/etc/kubernetes/authorization.yaml
`},
	Check: must(demand{
		program: controlplane.APIServer, setting: "authorization-mode",
		hold:   "RBAC",
		says:   "does not ask RBAC",
		lacks:  "allows every request",
		absent: bare,
		unless: []string{"authorization-config"},
	}),
}
