package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var podGC = rule.Rule{
	ID:       "TW-K334",
	Name:     "pod-gc-threshold",
	Title:    "Controller manager keeps finished pods without an end or by default",
	Severity: rule.Medium,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Finished pods stay as objects until their number passes the threshold: 12500 by default, and for ever where it is 0. They fill etcd and slow every list of pods.",
	Fix:      "Set `--terminated-pod-gc-threshold` to what the cluster can bear, 1000 for instance.",
	Refs:     benchmark("1.3.1", nist, "4.3"),
	Aliases:  []string{"trivy:KCV-0033", "checkov:CKV_K8S_106", "kubescape:C-0144"},
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
    - --terminated-pod-gc-threshold=0
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-controller-manager never removes finished pods: --terminated-pod-gc-threshold is 0
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
#   ^^^^^^^ kube-controller-manager keeps 12500 finished pods: --terminated-pod-gc-threshold is not set
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
    - --terminated-pod-gc-threshold=1000
`},
	Check: must(demand{
		program: controlplane.ControllerManager, setting: "terminated-pod-gc-threshold",
		bad:     below(1),
		says:    "never removes finished pods",
		lacks:   "keeps 12500 finished pods",
		absent:  underKubeadm,
		missing: rule.Info,
		want:    "1000",
		add:     true,
	}),
}
