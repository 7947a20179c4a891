package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var sharedCredentials = rule.Rule{
	ID:       "TW-K336",
	Name:     "shared-controller-credentials",
	Title:    "All controllers act with the same credentials",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Every controller then has the rights of all: a flaw in one is a flaw in the one that reads Secrets. With accounts of their own RBAC confines each.",
	Fix:      "Set `--use-service-account-credentials=true`.",
	Refs:     benchmark("1.3.3", nsa, nsaAccess, nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0035", "checkov:CKV_K8S_108", "kubescape:C-0146"},
	Bad: []string{`
-- kube-controller-manager.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: registry.k8s.io/kube-controller-manager:v1.36.0
    command:
    - kube-controller-manager
    - --use-service-account-credentials=false
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-controller-manager runs all controllers with the same credentials: --use-service-account-credentials is false
`, `
-- kube-controller-manager.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: registry.k8s.io/kube-controller-manager:v1.36.0
    command:
#   ^^^^^^^ kube-controller-manager runs all controllers with the same credentials: --use-service-account-credentials is not set
    - kube-controller-manager
    - --profiling=false
`},
	Good: []string{`
-- kube-controller-manager.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: kube-controller-manager
    image: registry.k8s.io/kube-controller-manager:v1.36.0
    command:
    - kube-controller-manager
    - --use-service-account-credentials=true
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: must(demand{
		program: controlplane.ControllerManager, setting: "use-service-account-credentials",
		bad:      off,
		says:     "runs all controllers with the same credentials",
		absent:   bare,
		want:     "true",
		add:      true,
		explicit: []string{"checkov:CKV_K8S_108"},
	}),
}
