package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noNamespaceLifecycle = rule.Rule{
	ID:       "TW-K312",
	Name:     "namespace-lifecycle-off",
	Title:    "API server takes objects into namespaces that are being deleted",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without `NamespaceLifecycle` objects are made in namespaces that do not exist or are being deleted, where nothing cleans them up, and the system's own namespaces can be deleted.",
	Fix:      "Remove `NamespaceLifecycle` from `--disable-admission-plugins`.",
	Refs:     benchmark("1.2.13", nist, "4.3", practice, "M36"),
	Aliases:  []string{"trivy:KCV-0015", "kubescape:C-0126"},
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
    - --disable-admission-plugins=NamespaceLifecycle
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver takes objects into namespaces that are being deleted: --disable-admission-plugins is NamespaceLifecycle
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
    - --disable-admission-plugins=DefaultStorageClass
`},
	Check: keepsPlugin("NamespaceLifecycle", "takes objects into namespaces that are being deleted"),
}
