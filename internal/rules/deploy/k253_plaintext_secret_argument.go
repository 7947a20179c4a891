package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var plaintextSecretArgument = rule.Rule{
	ID:       "TW-K253",
	Name:     "plaintext-secret-argument",
	Title:    "Secret in plain text in a command line",
	Severity: rule.High,
	Profile:  rule.Default,
	Since:    "0.1",
	Why:      "A secret in a command line is known to everyone who can read the repository or the object, and to every process that may list those of the container or its node.",
	Fix:      "Revoke the secret, keep the new one in a Secret that is made outside the repository (or sealed in it), mount it, and name the file in the command line.",
	Refs: refs(nsa, nsaAccess, nist, "4.1.4",
		practice, "M50"),
	Bad: []string{`
-- web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.com/web:1
    args:
    - --db=postgres://shop:hunter2@db.shop.svc/orders
#                          ^^^^^^^ the command line of container web holds a URL with a password in plain text
    - --admin-password=hunter2
#                      ^^^^^^^ the command line of container web holds a secret (by its name) in plain text, as admin-password
    - --signing-key
    - 7f3b9c2ad81e4f60b5a7c9d2e1f80346
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the command line of container web holds what looks like a generated secret in plain text, as signing-key
  - name: job
    image: example.com/job:1
    command: [sh, -c, "export DB_PASSWORD=7f3b9c2ad81e4f60b5a7c9; run"]
#                                         ^^^^^^^^^^^^^^^^^^^^^^ the command line of container job holds what looks like a generated secret in plain text, as DB_PASSWORD
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
    args:
    - --db=postgres://shop:$(DB_PASSWORD)@db/orders
    - --admin-password=$(ADMIN_PASSWORD)
    - --admin-password-file=/run/secrets/admin
    - --token-ttl=3600
    - --tls-secret=ingress/web-tls-2026
    - --client-secret=cert-manager-webhook-ca-2
    - --token
    - --verbose
    - --password
  - name: job
    image: example.com/job:1
    command: [sh, -c, "PASSWORD=$(cat /run/secret) TOKEN=\"$TOKEN\" login --password=\"${PASSWORD}\" --password stdin"]
`},
	Sensitive: true,
	Check: rule.EachContainer(func(p *rule.Pass, c *manifest.Container) {
		before := ""
		for _, item := range append(c.Field.Get("command").Items(), c.Field.Get("args").Items()...) {
			s, ok := secretArgument(before, item.String())
			before = item.String()
			if !ok {
				continue
			}
			f := finding(item, c, "the command line of %s holds %s in plain text%s", who(c), s.what, s.where())
			f.At = narrow(f.At, s.text)
			f.Severity = s.severity
			f.Key += "." + s.setting
			f.Fix = &rule.Fix{Title: "revoke it, and name a file of a Secret that is not kept in the repository"}
			p.Report(f)
		}
	}),
}

// objectName matches what names a Secret where an option is called like one.
var objectName = lazyregexp.New(`^(?:[a-z0-9.-]+/)?[a-z][a-z0-9]*(?:-[a-z0-9]+)+$`)

// secretArgument judges an argument by itself, as the value of the option before
// it, and where it is a script by the words in it. What a script assigns by a
// name alone is no evidence: it is as often the name of a thing.
func secretArgument(before, text string) (embedded, bool) {
	if s, ok := namedSecret("", text); ok {
		return embedded{s, ""}, true
	}
	script := strings.ContainsAny(text, " \n")
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n;&|()", r) }) {
		name, value, assigned := strings.Cut(word, "=")
		if !assigned {
			name, value = before, word
		}
		if before = word; !assigned && !strings.HasPrefix(name, "--") || strings.HasPrefix(value, "-") {
			continue
		}
		name, value = strings.TrimLeft(name, "-"), strings.Trim(value, `"'`)
		if strings.ContainsAny(value, "$`{") || objectName.MatchString(value) {
			continue
		}
		if s, ok := namedSecret(name, value); ok && (!script || s.severity == rule.High) {
			return embedded{s, name}, true
		}
	}
	return embedded{}, false
}
