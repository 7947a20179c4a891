package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var anonymousKubelet = rule.Rule{
	ID:       "TW-K350",
	Name:     "anonymous-kubelet",
	Title:    "Kubelet answers callers without a name",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "The kubelet runs commands in every container of its node. Without the switch a kubelet that has no configuration file answers everyone; one with a file does not.",
	Fix:      "Set `authentication.anonymous.enabled: false`, or `--anonymous-auth=false`.",
	Refs:     benchmark("4.2.1", nsa, nsaAccess, nist, "4.3", practice, "M102"),
	Aliases:  []string{"checkov:CKV_K8S_138", "kubescape:C-0172", "kubescape:C-0069"},
	Bad: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous:
    enabled: true
#            ^^^^ kubelet answers callers without a name: authentication.anonymous.enabled is true
`, `
-- kubelet.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: example.com/kubelet:1.36
    command:
#   ^^^^^^^ kubelet answers callers without a name: --anonymous-auth is not set
    - kubelet
    - --hostname-override=a
`, `
-- join.yaml --
apiVersion: kubeadm.k8s.io/v1beta3
kind: JoinConfiguration
nodeRegistration:
  kubeletExtraArgs:
    anonymous-auth: "true"
#                   ^^^^^^ kubelet answers callers without a name: anonymous-auth is true
`},
	Good: []string{`
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: false}}
`, `
-- kubelet.yaml --
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
maxPods: 110
`, `
-- kubelet.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kubelet, namespace: kube-system}
spec:
  containers:
  - name: kubelet
    image: example.com/kubelet:1.36
    command:
    - kubelet
    - --config=/var/lib/kubelet/config.yaml
`},
	Check: must(demand{
		program: controlplane.Kubelet, setting: "anonymous-auth",
		bad:    on,
		says:   "answers callers without a name",
		absent: bare,
		want:   "false",
		add:    true,
	}),
}
