package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var alwaysAdmitted = rule.Rule{
	ID:       "TW-K309",
	Name:     "always-admit",
	Title:    "API server admits every object",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "`AlwaysAdmit` switches the other admission plugins off: no quota, no pod security, no policy is applied. The plugin is deprecated, since it has no other use.",
	Fix:      "Remove `AlwaysAdmit` from `--enable-admission-plugins`.",
	Refs:     benchmark("1.2.10", nsa, nsaAccess, nist, "4.3", practice, "M63"),
	Aliases:  []string{"trivy:KCV-0011", "checkov:CKV_K8S_79", "kubescape:C-0122"},
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
    - --enable-admission-plugins=AlwaysAdmit
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver admits every object: --enable-admission-plugins is AlwaysAdmit
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
    - --enable-admission-plugins=NodeRestriction
`},
	Check: must(demand{
		program: controlplane.APIServer, setting: "enable-admission-plugins",
		ban:  "AlwaysAdmit",
		says: "admits every object",
	}),
}
