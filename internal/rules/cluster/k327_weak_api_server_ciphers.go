package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var apiCiphers = rule.Rule{
	ID:       "TW-K327",
	Name:     "weak-api-server-ciphers",
	Title:    "API server offers weak cipher suites",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Fixable:  true,
	Why:      "Suites without forward secrecy, with RC4, 3DES or CBC have known attacks; one in the list is enough for who can choose.",
	Fix:      "Name only suites with ECDHE and an authenticated cipher, or leave `--tls-cipher-suites` out: the defaults are good.",
	Refs:     benchmark("1.2.29", nsa, nsaNet, nist, "4.3"),
	Aliases:  []string{"checkov:CKV_K8S_105"},
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
    - --tls-cipher-suites=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_3DES_EDE_CBC_SHA
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver offers weak cipher suites: TLS_RSA_WITH_3DES_EDE_CBC_SHA
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
    - kube-apiserver
    - --tls-cipher-suites=TLS_RSA_WITH_AES_128_GCM_SHA256
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ kube-apiserver offers weak cipher suites: TLS_RSA_WITH_AES_128_GCM_SHA256
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
    - --tls-cipher-suites=TLS_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305
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
    - kube-apiserver
    - --profiling=false
`},
	Check: strongCiphersOnly(controlplane.APIServer, "checkov:CKV_K8S_105"),
}
