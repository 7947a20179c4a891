package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var cachedImages = rule.Rule{
	ID:       "TW-K310",
	Name:     "no-always-pull-images",
	Title:    "API server lets pods use images that others have pulled",
	Severity: rule.Info,
	Profile:  rule.Strict,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A private image, once pulled to a node, can be started there by anyone who knows its name, without credentials. Where tenants share nodes, that is a leak.",
	Fix:      "Add `AlwaysPullImages` to `--enable-admission-plugins` where tenants share nodes.",
	Refs:     benchmark("1.2.11", nist, "4.3", practice, "M26"),
	Aliases:  []string{"trivy:KCV-0012", "checkov:CKV_K8S_80", "kubescape:C-0123"},
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
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver lets pods use images that others have pulled: --enable-admission-plugins does not hold AlwaysPullImages
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
    - --enable-admission-plugins=NodeRestriction,AlwaysPullImages
`},
	Check: needsPlugin(plugin{name: "AlwaysPullImages", without: "lets pods use images that others have pulled", absent: underKubeadm, add: true, explicit: []string{"checkov:CKV_K8S_80"}}),
}
