package cluster

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var secretsLeftOut = rule.Rule{
	ID:       "TW-K368",
	Name:     "unencrypted-secrets",
	Title:    "Encryption configuration leaves Secrets out",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "What no entry names is written to etcd in plain text, Secrets too.",
	Fix:      "Add `secrets` to the `resources` of an entry whose first provider encrypts.",
	Refs:     benchmark("1.2.28", nsa, nsaNet, nist, "4.3", practice, "M101"),
	Bad: []string{`
-- encryption.yaml --
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration

resources:
^^^^^^^^^ no entry encrypts Secrets
- resources: [configmaps]
  providers: [{kms: {apiVersion: v2, name: vault, endpoint: "unix:///run/kms.sock"}}]
`},
	Good: []string{`
-- encryption.yaml --
apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration

resources:
- resources: ["*.*"]
  providers: [{kms: {apiVersion: v2, name: vault, endpoint: "unix:///run/kms.sock"}}]
`},
	Check: eachEncryption(func(p *rule.Pass, o *manifest.Object) {
		if !slices.ContainsFunc(o.Field("resources").Items(), encryptsSecrets) {
			f := at(o.Field("resources"), "", "no entry encrypts Secrets")
			f.Fix = &rule.Fix{Title: "add secrets to the resources of an entry"}
			p.Report(f)
		}
	}),
}
