package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var secretInEnv = rule.Rule{
	ID:       "TW-K025",
	Name:     "secret-in-env",
	Title:    "Secret handed over as an environment variable",
	Severity: rule.Low,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "Environment variables are inherited by every child process, printed by debug pages and crash reports, and stay as they were when the secret is rotated. A file of a Secret volume is none of that.",
	Fix:      "Mount the Secret as a read-only volume and have the program read the file; many take the path in a variable that ends in `_FILE`.",
	Refs: refs(cis, "5.4.1", nist, "4.1.4",
		practice, "M49"),
	Aliases: []string{"kube-linter:read-secret-from-env-var", "kubescape:C-0207", "checkov:CKV_K8S_35", "kubesec:SecretsAsEnvironmentVariables"},
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
    - name: MODE
      value: fast
    - name: DB_PASSWORD
      valueFrom:
        secretKeyRef: {name: db, key: password}
#       ^^^^^^^^^^^^ container web gets secret db as the environment variable DB_PASSWORD
    envFrom:
    - configMapRef: {name: settings}
    - secretRef:
#     ^^^^^^^^^ container web gets every key of secret keys as an environment variable
        name: keys
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
    env: [{name: DB_PASSWORD_FILE, value: /run/secrets/db/password}]
    volumeMounts: [{name: db, mountPath: /run/secrets/db, readOnly: true}]
  volumes:
  - {name: db, secret: {secretName: db}}
`},
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		fix := &rule.Fix{Title: "mount the Secret as a read-only volume and read the file"}
		for _, e := range c.Field.Get("env").Items() {
			if ref := e.Get("valueFrom", "secretKeyRef"); ref.Exists() {
				f := finding(ref, c, "%s gets secret %s as the environment variable %s", who(c), ref.Get("name").String(), e.Get("name").String())
				f.Key += "." + e.Get("name").String()
				f.Fix = fix
				p.Report(f)
			}
		}
		for _, e := range c.Field.Get("envFrom").Items() {
			if ref := e.Get("secretRef"); ref.Exists() {
				f := finding(ref, c, "%s gets every key of secret %s as an environment variable", who(c), ref.Get("name").String())
				f.Aliases = []string{"checkov:CKV_K8S_35", "kubesec:SecretsAsEnvironmentVariables"}
				f.Fix = fix
				p.Report(f)
			}
		}
	}),
}
