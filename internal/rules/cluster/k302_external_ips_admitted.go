package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var externalIPsAdmitted = rule.Rule{
	ID:       "TW-K302",
	Name:     "external-ips-admitted",
	Title:    "API server admits Services with external IP addresses",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Whoever may create a Service may name any address in `externalIPs` and so take over traffic that others send there (CVE-2020-8554).",
	Fix:      "Add `DenyServiceExternalIPs` to `--enable-admission-plugins`.",
	Refs:     benchmark("1.2.3", nist, "4.3"),
	Aliases:  []string{"kubescape:C-0283"},
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
    - --enable-admission-plugins=NodeRestriction
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver admits Services with external IP addresses: --enable-admission-plugins does not hold DenyServiceExternalIPs
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
    - --enable-admission-plugins=NodeRestriction,DenyServiceExternalIPs
`},
	Check: needsPlugin(plugin{name: "DenyServiceExternalIPs", without: "admits Services with external IP addresses", absent: underKubeadm, add: true}),
}
