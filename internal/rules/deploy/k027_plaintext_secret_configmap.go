package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var plaintextSecretConfigMap = rule.Rule{
	ID:       "TW-K027",
	Name:     "plaintext-secret-configmap",
	Title:    "Secret in plain text in a ConfigMap",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "ConfigMaps are readable to nearly every account of a cluster, are not encrypted at rest, and stand in the repository.",
	Fix:      "Revoke the secret, and keep the new one in a Secret that is made outside the repository or sealed in it.",
	Refs: refs(nsa, nsaAccess, nist, "4.1.4",
		practice, "M50"),
	Aliases: []string{"trivy:KSV-0109", "polaris:sensitiveConfigmapContent", "kubescape:C-0012"},
	Bad: []string{`
-- settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  mode: fast
  db-password: hunter2
#              ^^^^^^^ key db-password of the ConfigMap holds a secret (by its name) in plain text
  app.properties: |
    mode = fast
    key = -----BEGIN EC PRIVATE KEY-----
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ key app.properties of the ConfigMap holds a private key in plain text
  application.yml: |
    mode: fast
    password: hunter2
#             ^^^^^^^ key application.yml of the ConfigMap holds a secret (by its name) in plain text, as password
  config.json: '{"region": "eu", "clientSecret": "7f3b9c2ad81e4f60b5a7c9d2e1f80346"}'
#                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ key config.json of the ConfigMap holds what looks like a generated secret in plain text, as clientSecret
`},
	Good: []string{`
-- settings.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  tokens: "12"
  password-file: /run/secrets/password
  tls.key: |
    ${TLS_KEY}
  start.sh: |
    token=hunter2
  app.conf: |
    # password: hunter2
    password = ${DB_PASSWORD}
    api_key = $__file{/run/secrets/key}
    token: the word before a request
    secret = settings.secret
    access_token = fetch(url)
    token_url = https://id.example.com
  ca.crt: |
    -----BEGIN CERTIFICATE-----
    MIIB
    -----END CERTIFICATE-----
`},
	Sensitive: true,
	Check: rule.EachObject(func(p *rule.Pass, o *manifest.Object) {
		if o.APIVersion != "v1" {
			return
		}
		for name, value := range o.Field("data").Entries() {
			for _, s := range secretsIn(name, value.String()) {
				f := finding(value, nil, "key %s of the ConfigMap holds %s in plain text%s", name, s.what, s.where())
				f.At = narrow(f.At, s.text)
				f.Key += s.where()
				f.Severity = s.severity
				f.Fix = &rule.Fix{Title: "revoke it, and keep the new one in a Secret that is not kept in the repository"}
				p.Report(f)
			}
		}
	}, "ConfigMap"),
}
