package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var noEncryption = rule.Rule{
	ID:       "TW-K326",
	Name:     "no-encryption-at-rest",
	Title:    "API server writes Secrets to etcd in plain text",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever reads the disk, a snapshot or a backup of etcd reads every Secret. Base64 is no protection.",
	Fix:      "Set `--encryption-provider-config` to an EncryptionConfiguration whose first provider for secrets is kms or secretbox.",
	Refs:     benchmark("1.2.27", nsa, nsaNet, nist, "4.3", practice, "M101"),
	Aliases:  []string{"trivy:KCV-0030", "checkov:CKV_K8S_104", "kubescape:C-0141", "kubescape:C-0066"},
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
#   ^^^^^^^ kube-apiserver writes Secrets to etcd in plain text: --encryption-provider-config is not set
    - kube-apiserver
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
    - --encryption-provider-config=/etc/kubernetes/encryption.yaml
`},
	Check: needsFiles(demand{program: controlplane.APIServer, says: "writes Secrets to etcd in plain text", absent: underKubeadm}, "encryption-provider-config"),
}
