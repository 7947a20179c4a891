package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var abacMode = rule.Rule{
	ID:       "TW-K332",
	Name:     "abac-authorizer",
	Title:    "API server takes rights from a file of policies",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Attribute-based policies stand in a file on each control plane node: no review, no audit of changes, a restart for each, and nobody sees them from inside the cluster.",
	Fix:      "Grant the same rights by RBAC roles and bindings, and remove `ABAC` from `--authorization-mode`.",
	Refs:     benchmark("1.2.8", nsa, nsaAccess, nist, "4.3", practice, "M44"),
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
    - --authorization-mode=Node,RBAC,ABAC
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver takes rights from a file of policies: --authorization-mode is Node,RBAC,ABAC
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
    - --authorization-mode=Node,RBAC
`},
	Check: must(demand{
		program: controlplane.APIServer, setting: "authorization-mode",
		ban:  "ABAC",
		says: "takes rights from a file of policies",
	}),
}
