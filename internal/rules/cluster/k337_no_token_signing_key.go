package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noTokenKey = rule.Rule{
	ID:       "TW-K337",
	Name:     "no-token-signing-key",
	Title:    "Controller manager signs service account tokens with no key of its own",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Tokens are then signed with another key or not at all, so that it cannot be changed by itself when it is lost.",
	Fix:      "Set `--service-account-private-key-file` to the private key whose public one the API server has.",
	Refs:     benchmark("1.3.4", nsa, nsaAccess, nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0036", "kubescape:C-0147"},
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
#   ^^^^^^^ kube-controller-manager signs service account tokens with no key of its own: --service-account-private-key-file is not set
    - kube-controller-manager
    - --v=2
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
    - --service-account-private-key-file=/etc/kubernetes/pki/service-account-private-key-file
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
`},
	Check: needsFiles(demand{program: controlplane.ControllerManager, says: "signs service account tokens with no key of its own", absent: bare}, "service-account-private-key-file"),
}
