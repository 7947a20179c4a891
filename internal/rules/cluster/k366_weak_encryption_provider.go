package cluster

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var weakEncryption = rule.Rule{
	ID:       "TW-K366",
	Name:     "weak-encryption-provider",
	Title:    "Encryption configuration writes with a provider that is advised against",
	Severity: rule.Low,
	Profile:  rule.Strict,
	Since:    "0.1",
	Why:      "aescbc is open to padding oracle attacks, aesgcm must have a new key every 200,000 writes, version 1 of kms is deprecated and off by default since 1.29.",
	Fix:      "Put `kms` with `apiVersion: v2` first, or `secretbox` where there is no key service.",
	Refs:     benchmark("1.2.28", nist, "4.3", practice, "M101"),
	Bad: []string{`
-- encryption.yaml --
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration

resources:
- resources: [secrets]
  providers:
  - kms: {name: vault, endpoint: "unix:///run/kms.sock"}
#   ^^^ kms is advised against as the provider that writes
- resources: [configmaps]
  providers:
  - aesgcm: {keys: []}
#   ^^^^^^ aesgcm is advised against as the provider that writes
`},
	Good: []string{`
-- encryption.yaml --
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration

resources:
- resources: [secrets]
  providers:
  - secretbox: {keys: [{name: one, secret: "${KEY}"}]}
  - aescbc: {keys: []}
`},
	Check: eachEncryption(func(p *rule.Pass, o *manifest.Object) {
		for _, entry := range o.Field("resources").Items() {
			name, provider := writer(entry)
			if name == "aescbc" || name == "aesgcm" || name == "kms" && provider.Get("apiVersion").String() != "v2" {
				f := at(provider, "", "%s is advised against as the provider that writes", name)
				f.Fix = &rule.Fix{Title: "put kms of version 2 or secretbox first"}
				p.Report(f)
			}
		}
	}),
}
