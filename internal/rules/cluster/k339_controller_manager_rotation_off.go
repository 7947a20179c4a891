package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var managerRotation = rule.Rule{
	ID:       "TW-K339",
	Name:     "controller-manager-rotation-off",
	Title:    "Controller manager does not renew certificates of kubelets",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A certificate that is not renewed in time is either expired or made for many years; both end in clients that do not verify it.",
	Fix:      "Remove `RotateKubeletServerCertificate=false`; true is the default.",
	Refs:     benchmark("1.3.6", nist, "4.3"),
	Aliases:  []string{"checkov:CKV_K8S_112", "kubescape:C-0149"},
	Bad: []string{`
-- kube-controller-manager.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-controller-manager, namespace: kube-system}
spec:
  containers:
  - name: main
    image: registry.k8s.io/kube-controller-manager:v1.36.0
    command:
    - kube-controller-manager
    - --feature-gates=A=true,RotateKubeletServerCertificate=false
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-controller-manager does not renew the serving certificates of kubelets: the feature gate RotateKubeletServerCertificate is false
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
    - --feature-gates=RotateKubeletServerCertificate=true
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
    - kube-controller-manager
    - --v=2
`},
	Check: gateStaysOn(controlplane.ControllerManager, "RotateKubeletServerCertificate", "does not renew the serving certificates of kubelets"),
}
