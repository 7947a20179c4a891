package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var identityFirst = rule.Rule{
	ID:       "TW-K365",
	Name:     "unencrypted-first-provider",
	Title:    "Encryption configuration writes Secrets in plain text",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The first provider writes; the others only read what was written before. `identity` writes as it is.",
	Fix:      "Put kms or secretbox first, and keep `identity` last until every Secret has been written again.",
	Refs:     benchmark("1.2.28", nsa, nsaNet, nist, "4.3", practice, "M101"),
	Aliases:  []string{"kubescape:C-0142"},
	Bad: []string{`
-- encryption.yaml --
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration

resources:
- resources: [secrets]
  providers:
  - identity: {}
#   ^^^^^^^^ Secrets are written to etcd in plain text: identity is the first provider
  - kms: {apiVersion: v2, name: vault, endpoint: "unix:///run/kms.sock"}
`},
	Good: []string{`
-- encryption.yaml --
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration

resources:
- resources: [secrets]
  providers:
  - kms: {apiVersion: v2, name: vault, endpoint: "unix:///run/kms.sock"}
  - identity: {}
- resources: [events]
  providers: [{identity: {}}]
`},
	Check: eachEncryption(func(p *rule.Pass, o *manifest.Object) {
		for _, entry := range o.Field("resources").Items() {
			if name, provider := writer(entry); name == "identity" && encryptsSecrets(entry) {
				f := at(provider, "", "Secrets are written to etcd in plain text: identity is the first provider")
				f.Fix = &rule.Fix{Title: "put a provider that encrypts first"}
				p.Report(f)
			}
		}
	}),
}
