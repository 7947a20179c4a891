package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var plaintextSecretEnv = rule.Rule{
	ID:       "TW-K026",
	Name:     "plaintext-secret-env",
	Title:    "Secret in plain text in an environment variable",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A secret in a manifest is known to everyone who can read the repository or the object, for as long as its history lasts.",
	Fix:      "Revoke the secret, keep the new one in a Secret that is made outside the repository (or sealed in it), and refer to it by `secretKeyRef` or, better, mount it.",
	Refs: refs(nsa, nsaAccess, nist, "4.1.4",
		practice, "M50"),
	Aliases: []string{"polaris:sensitiveContainerEnvVar", "kubescape:C-0012"},
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    env:
    - name: DEPLOY_KEY
      value: |
        -----BEGIN EC PRIVATE KEY-----
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ environment variable DEPLOY_KEY of container web holds a private key in plain text
        MHcCAQEEIA==
        -----END EC PRIVATE KEY-----
    - name: DATABASE_URL
      value: "postgres://shop:hunter2@db.shop.svc/orders"
#                             ^^^^^^^ environment variable DATABASE_URL of container web holds a URL with a password in plain text
    - {name: SIGNING_KEY, value: 7f3b9c2ad81e4f60b5a7c9d2e1f80346}
#                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ environment variable SIGNING_KEY of container web holds what looks like a generated secret in plain text
    - {name: adminPassword, value: hunter2}
#                                  ^^^^^^^ environment variable adminPassword of container web holds a secret (by its name) in plain text
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    env:
    - {name: DB_PASSWORD, value: $(FROM_ELSEWHERE)}
    - {name: DB_PASSWORD_FILE, value: /run/secrets/db}
    - {name: TOKEN_URL, value: "https://id.example.com/token"}
    - {name: API_KEY, value: "<your key>"}
    - {name: MAPS_API_KEY, value: MAPS_API_KEY_VALUE}
    - {name: SESSION_TOKEN, value: changeme}
    - {name: ACCESS_TOKEN, value: "vault:secret/data/web#token"}
    - {name: DATABASE_URL, value: "postgres://shop:$(DB_PASSWORD)@db/orders"}
    - {name: MAX_TOKENS, value: "4096"}
    - {name: TOKEN, valueFrom: {secretKeyRef: {name: web, key: token}}}
`},
	Sensitive: true,
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		for _, e := range c.Field.Get("env").Items() {
			name, value := e.Get("name").String(), e.Get("value")
			s, ok := namedSecret(name, value.String())
			if !ok {
				continue
			}
			f := finding(value, c, "environment variable %s of %s holds %s in plain text", name, who(c), s.what)
			f.At = narrow(f.At, s.text)
			f.Severity = s.severity
			f.Key += "." + name
			f.Fix = &rule.Fix{Title: "revoke it, and refer to a Secret that is not kept in the repository"}
			p.Report(f)
		}
	}),
}
