package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var secretLikeName = rule.Rule{
	ID:        "TW-K281",
	Name:      "secret-like-name",
	Title:     "Literal value under a name that sounds like a secret",
	Severity:  rule.Info,
	Profile:   rule.Tidy,
	Since:     "0.1",
	Sensitive: true,
	Why:       "The value may be harmless: the name of a Secret, a path, a switch. A reader cannot tell, and the next one to edit the line may put the secret itself there. What looks like a secret by its value is [plaintext-secret-env](plaintext-secret-env.md)'s matter.",
	Fix:       "Refer to a Secret with `valueFrom`, or give what is none another name.",
	Refs:      refs(nsa, nsaAccess, nist, "4.1.4", practice, "M50"),
	Aliases:   []string{"kube-linter:env-var-secret", "polaris:sensitiveContainerEnvVar", "polaris:sensitiveConfigmapContent"},
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
    - {name: SECRET_NAME, value: db}
#            ^^^^^^^^^^^ container web has a literal value for SECRET_NAME, which sounds like a secret
    - {name: PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  token-lifetime: 10m
#                 ^^^ ConfigMap settings keeps token-lifetime, which sounds like a secret
`},
	Good: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.com/web:1", env: [{name: TOKEN, value: ""}, {name: LEVEL, value: debug}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {level: debug}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		for _, w := range r.Workloads() {
			secretLikeVariables(p, w)
		}
		for _, o := range r.Objects {
			if o.Kind != "ConfigMap" || o.APIVersion != "v1" {
				continue
			}
			for name, value := range o.Field("data").Entries() {
				if !soundsSecret(name) && !privateKeyHeader.MatchString(value.String()) {
					continue
				}
				f := finding(value, nil, "%s keeps %s, which sounds like a secret", named(o), name)
				f.Aliases = aliases("polaris:sensitiveConfigmapContent")
				f.Fix = &rule.Fix{Title: "keep it in a Secret, or give it another name"}
				p.Report(f)
				break
			}
		}
	}),
}

// secretLikeVariables reports the first variable of a workload that has a
// literal value and a name that sounds like a secret.
func secretLikeVariables(p *rule.Pass, w *manifest.Workload) {
	var f rule.Finding
	var linter, polaris bool
	for _, c := range containers(w, started) {
		for _, e := range c.Field.Get("env").Items() {
			name, value := e.Get("name").String(), e.Get("value").String()
			if value == "" || e.Get("valueFrom").Exists() {
				continue
			}
			secret := strings.Contains(strings.ToLower(name), "secret")
			sounds := soundsSecret(name) || privateKeyHeader.MatchString(value)
			if (secret || sounds) && !linter && !polaris {
				f = finding(e.Get("name"), nil, "%s has a literal value for %s, which sounds like a secret", who(c), name)
			}
			linter, polaris = linter || secret, polaris || sounds
		}
	}
	if !linter && !polaris {
		return
	}
	f.Key = "containers.env"
	f.Aliases = aliases().when(linter, "kube-linter:env-var-secret").when(polaris, "polaris:sensitiveContainerEnvVar")
	f.Fix = &rule.Fix{Title: "refer to a Secret with valueFrom, or give it another name"}
	p.Report(f)
}

var privateKeyHeader = lazyregexp.New(`(?i)-BEGIN\s+.*PRIVATE KEY-`)

// soundsSecret reports whether a name is one under which clouds expect a
// credential, or has one of the words for it.
func soundsSecret(name string) bool {
	name = strings.ToLower(name)
	switch {
	case name == "aws_secret_access_key", name == "google_application_credentials", name == "oci_cli_key_content":
		return true
	case strings.HasPrefix(name, "azure_") && strings.HasSuffix(name, "key") && len(name) > len("azure_key"):
		return true
	}
	for _, word := range [...]string{"password", "token", "bearer", "secret"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
