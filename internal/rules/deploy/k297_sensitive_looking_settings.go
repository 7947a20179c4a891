package deploy

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var sensitiveLookingSettings = rule.Rule{
	ID:       "TW-K297",
	Name:     "sensitive-looking-settings",
	Title:    "Settings are named like credentials or personal data",
	Severity: rule.Info,
	Profile:  rule.Tidy,
	Since:    "0.1",
	Why:      "What is called a password, a key or a user's address is sometimes one. Where the value proves it, plaintext-secret-configmap and plaintext-secret-env say so; this goes by the names alone, for a reviewer to look at.",
	Fix:      "Keep what is secret in a Secret that is made outside the repository; ignore the rest.",
	Refs:     refs(nist, "4.1.4"),
	Aliases:  []string{"trivy:KSV-0109", "trivy:KSV-01010", "kubescape:C-0012"},
	Bad: []string{`
-- app.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  token_url: https://example.com/token
#            ^^^^^^^^^^^^^^^^^^^^^^^^^ token_url looks like a credential or personal data
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: "example.com/web:1", env: [{name: KEYBOARD, value: "de"}]}]
#                                                                                    ^^^^ KEYBOARD looks like a credential or personal data
`},
	Good: []string{`
-- app.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {log_level: debug, listen: ":8080"}
`},
	Check: rule.EachRender(func(p *rule.Pass, r *manifest.Render) {
		for _, o := range r.Objects {
			if o.Kind == "ConfigMap" && o.APIVersion == "v1" {
				reportSettings(p, o)
			}
		}
		for _, w := range r.Workloads() {
			for _, c := range containers(w, ordinary) {
				for _, e := range c.Field.Get("env").Items() {
					name, value := e.Get("name").String(), e.Get("value")
					if value.String() == "" || !credentialWords.MatchString(name) && !credentialValues.MatchString(value.String()) {
						continue
					}
					f := finding(value, c, "%s looks like a credential or personal data", name)
					f.Key += "." + name
					f.Aliases = aliases().when(w.Object.Kind != "ReplicationController", "kubescape:C-0012")
					f.Fix = &rule.Fix{Title: "take it from a Secret if it is one"}
					p.Report(f)
				}
			}
		}
	}),
}

// The words and signs that other tools look for, in names and in values.
var (
	credentialWords  = lazyregexp.New(`(?i)secret|key|password|pwd|token|jwt|bearer|credential`)
	credentialValues = lazyregexp.New(`PRIVATE KEY|eyJhbGciO|JWT|Bearer|_key_|_secret_`)
	passwordNames    = lazyregexp.New(`(?i)pass|pword|secret|token|pwd|pswrd|aws_access_key_id`)
	passwordLines    = lazyregexp.New(`(?i)(?:password|pass|pword|passphrase|passwrd|passwd|secret|secretkey|aws_access_key_id|pswrd|token|pwd)\s*[=:]`)
	personalNames    = lazyregexp.New(`(?i)username|email|key|phone|sha1|md5|iban`)
	personalLines    = lazyregexp.New(`(?i)(?:username|email|key|phone|iban)\s*[=:]|sha1|md5`)
	mailAddress      = lazyregexp.New(`[\w.-]+@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,4}`)
)

// reportSettings looks at the entries of a ConfigMap.
func reportSettings(p *rule.Pass, o *manifest.Object) {
	for name, at := range o.Field("data").Entries() {
		value := at.String()
		names := aliases().when(passwordNames.MatchString(name) || hasSetting(value, passwordLines), "trivy:KSV-0109").
			when(personalNames.MatchString(name) || hasSetting(value, personalLines) || mailAddress.MatchString(value), "trivy:KSV-01010").
			when(value != "" && (credentialWords.MatchString(name) || credentialValues.MatchString(value)), "kubescape:C-0012")
		if len(names) == 0 {
			continue
		}
		f := finding(at, nil, "%s looks like a credential or personal data", name)
		f.Key += "." + name
		f.Aliases = names
		f.Fix = &rule.Fix{Title: "take it from a Secret if it is one"}
		p.Report(f)
	}
}

// hasSetting reports whether a line of a text gives a value to what the
// expression finds, other than one filled in later.
func hasSetting(text string, what *lazyregexp.Regexp) bool {
	for line := range strings.Lines(text) {
		if !what.MatchString(line) {
			continue
		}
		for _, sign := range []string{":", "="} {
			parts := strings.Split(strings.TrimSuffix(line, "\n"), sign)
			if len(parts) < 2 || parts[1] == "" {
				continue
			}
			value := strings.TrimPrefix(parts[1], "\"")
			if !strings.HasPrefix(value, "${") && !strings.HasPrefix(value, "$(") && !strings.HasPrefix(value, "{{") {
				return true
			}
		}
	}
	return false
}
