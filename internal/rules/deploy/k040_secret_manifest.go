package deploy

import (
	"encoding/base64"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var secretManifest = rule.Rule{
	ID:       "TW-K040",
	Name:     "secret-manifest",
	Title:    "Secret kept in the repository",
	Severity: rule.Medium,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "The values of a Secret are only base64, which anyone reads. Kept in the repository they are known to all who can read it, for as long as its history lasts.",
	Fix:      "Have the Secret made in the cluster (External Secrets, the CSI driver, a pipeline), or commit it sealed: a SealedSecret, or encrypted by SOPS.",
	Refs: refs(cis, "5.4.2", nist, "4.1.4",
		practice, "M50"),
	Bad: []string{`
-- db.yaml --
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData:
  user: shop
  password: hunter2
#           ^^^^^^^ key password of the Secret holds a secret (by its name)
---
apiVersion: v1
kind: Secret
metadata: {name: tls}
type: kubernetes.io/tls
data:
  tls.crt: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==
  tls.key: LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCk1IY0NBUUVFSUE9PQo=
#          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ key tls.key of the Secret holds a private key
`},
	Good: []string{`
-- placeholders.yaml --
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData:
  password: ${DB_PASSWORD}
  token: changeme
  url: "https://example.com"
---
apiVersion: v1
kind: Secret
metadata: {name: filled-in-later}
---
apiVersion: v1
kind: Secret
metadata: {name: sealed}
stringData:
  password: ENC[AES256_GCM,data:p673w==,iv:YY=,aad:UQ=,tag:A==]
sops: {version: 3.9.0}
`},
	Sensitive: true,
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if o.APIVersion != "v1" || o.Field("sops").Exists() {
			return
		}
		for _, part := range []string{"stringData", "data"} {
			for name, value := range o.Field(part).Entries() {
				text, encoded := value.String(), part == "data"
				if plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text)); encoded && err == nil {
					text = string(plain)
				}
				for _, s := range secretOf(name, text) {
					f := finding(value, nil, "key %s of the Secret holds %s%s", name, s.what, s.where())
					if !encoded {
						f.At = narrow(f.At, s.text)
					}
					f.Key += s.where()
					f.Severity = s.severity
					f.Fix = &rule.Fix{Title: "revoke it, and make the Secret in the cluster or commit it sealed"}
					p.Report(f)
				}
			}
		}
	}, "Secret"),
}

// secretOf judges one value of a Secret. That its key names a secret is not
// needed for tokens that are known by their form.
func secretOf(name, text string) []embedded {
	if strings.HasPrefix(text, "ENC[") {
		return nil
	}
	return secretsIn(name, text)
}
