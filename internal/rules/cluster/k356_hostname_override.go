package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var hostnameOverride = rule.Rule{
	ID:       "TW-K356",
	Name:     "hostname-override",
	Title:    "Kubelet gives its node another name than its host has",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Certificates and the `Node` authorizer go by the host's name: where it is overridden, one node may come to stand for another.",
	Fix:      "Remove `--hostname-override` unless the cloud provider needs it.",
	Refs:     benchmark("4.2.7", nist, "4.3"),
	Aliases:  []string{"checkov:CKV_K8S_146", "kubescape:C-0179"},
	Bad: []string{`
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
    - --hostname-override=node-1
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^ kubelet gives its node another name than its host has: --hostname-override is node-1
    - --config=/var/lib/kubelet/config.yaml
`},
	Good: []string{`
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
		program: controlplane.Kubelet, setting: "hostname-override",
		bad:  given,
		says: "gives its node another name than its host has",
	}),
}
