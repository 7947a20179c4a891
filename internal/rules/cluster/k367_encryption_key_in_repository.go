package cluster

import (
	"encoding/base64"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var encryptionKey = rule.Rule{
	ID:       "TW-K367",
	Name:     "encryption-key-in-repository",
	Title:    "Key that encrypts etcd is kept in the repository",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Whoever can read the repository, for as long as its history lasts, can read every Secret in a copy of etcd.",
	Fix:      "Have the key made and kept by a key service (`kms`), or put it into the file where the control plane is set up. Change it, and write all Secrets again.",
	Refs:     benchmark("1.2.28", nist, "4.1.4", practice, "M50", practice, "M101"),
	Bad: []string{`
-- encryption.yaml --
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration

resources:
- resources: [secrets]
  providers:
  - secretbox:
      keys:
      - name: key1
        secret: q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ key key1 of secretbox stands in the repository
`},
	Good: []string{`
-- encryption.yaml --
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration

resources:
- resources: [secrets]
  providers:
  - secretbox: {keys: [{name: one, secret: "${ENCRYPTION_KEY}"}, {name: two, secret: "<BASE 64 ENCODED SECRET>"}]}
`},
	Sensitive: true,
	Check: eachEncryption(func(p *rule.Pass, o *manifest.Object) {
		for _, entry := range o.Field("resources").Items() {
			for _, provider := range entry.Get("providers").Items() {
				for name, of := range provider.Entries() {
					for _, key := range of.Get("keys").Items() {
						if secret := key.Get("secret"); isKey(secret.String()) {
							f := at(secret, "", "key %s of %s stands in the repository", key.Get("name").String(), name)
							f.Key = name + "." + key.Get("name").String()
							f.Fix = &rule.Fix{Title: "change the key, and keep it out of the repository"}
							p.Report(f)
						}
					}
				}
			}
		}
	}),
}

// isKey reports whether text is a key of one of the lengths that the providers take.
func isKey(text string) bool {
	key, err := base64.StdEncoding.DecodeString(text)
	return err == nil && (len(key) == 16 || len(key) == 24 || len(key) == 32)
}
