package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noServiceAccountPlugin = rule.Rule{
	ID:       "TW-K311",
	Name:     "service-account-plugin-off",
	Title:    "API server gives pods no service account",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Without the `ServiceAccount` plugin pods run without an account of their own, and what keeps pods from mounting the tokens of others is gone.",
	Fix:      "Remove `ServiceAccount` from `--disable-admission-plugins`.",
	Refs:     benchmark("1.2.12", nsa, nsaAccess, nist, "4.3", practice, "M46"),
	Aliases:  []string{"trivy:KCV-0014", "kubescape:C-0125"},
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
    - --disable-admission-plugins=ServiceAccount,DefaultStorageClass
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver gives pods no service account: --disable-admission-plugins is ServiceAccount,DefaultStorageClass
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
	Check: keepsPlugin("ServiceAccount", "gives pods no service account"),
}
