package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var anonymousAPI = rule.Rule{
	ID:       "TW-K300",
	Name:     "anonymous-api-server",
	Title:    "API server answers callers without a name",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "A request without credentials is not refused but goes on as `system:anonymous`, whose rights are whatever any role binding gives it, today or by a mistake of tomorrow. Flaws of the API server are open to everyone who reaches its port.",
	Fix:      "Set `--anonymous-auth=false`; where health checks need it, allow their paths alone by an `AuthenticationConfiguration`.",
	Refs:     benchmark("1.2.1", nsa, nsaAccess, nist, "4.3", practice, "M100"),
	Aliases:  []string{"trivy:KCV-0001", "checkov:CKV_K8S_68", "kubescape:C-0113"},
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
    - --anonymous-auth=true
#     ^^^^^^^^^^^^^^^^^^^^^ kube-apiserver answers callers without a name: --anonymous-auth is true
    - --profiling=false
`, `
-- kube-apiserver.yaml --
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: registry.k8s.io/kube-apiserver:v1.36.0
    command:
#   ^^^^^^^ kube-apiserver answers callers without a name: --anonymous-auth is not set
    - kube-apiserver
    - --profiling=false
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer:
  extraArgs:
  - name: anonymous-auth
    value: "true"
#          ^^^^^^ kube-apiserver answers callers without a name: anonymous-auth is true
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
apiServer:
  extraArgs:
# ^^^^^^^^^ kube-apiserver answers callers without a name: anonymous-auth is not set
    profiling: "false"
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
    - --anonymous-auth=false
`, `
-- kubeadm.yaml --
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
apiServer: {extraArgs: {anonymous-auth: "false"}}
`},
	Check: must(demand{
		program: controlplane.APIServer, setting: "anonymous-auth",
		bad:    on,
		says:   "answers callers without a name",
		absent: underKubeadm,
		unless: []string{"authentication-config"},
		want:   "false",
		add:    true,
	}),
}
