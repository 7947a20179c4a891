package build

import (
	"math"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
)

// userInfo is a URL with a password in it.
var userInfo = lazyregexp.New(`\b[a-z][a-z0-9+.-]*://[^\s/:@'"$]*:([^\s/@'"]{3,})@[A-Za-z0-9\[]`)

// knownToken returns what kind of credential a text holds, "" for none.
func knownToken(text string) string {
	// Dashes and a scheme are part of these forms, not a sign of a placeholder.
	form := strings.NewReplacer("-----", "", "https://", "")
	stands := func(match string) bool { return placeholder(form.Replace(match)) }
	if what, _ := credential.Find(text, stands); what != "" {
		return what
	}
	if m := userInfo.FindStringSubmatch(text); m != nil && !strings.Contains(m[1], "$") && !placeholder(m[1]) && !weakDefault(m[1]) {
		return "a password in a URL"
	}
	return ""
}

var secretName = lazyregexp.New(`(?i)(^|[_.-])(password|passwd|passphrase|pwd|pass|secret|secret_key_base|token|api_?key|apikey|private_?key|secret_?key|access_?key|auth_?key|encryption_?key|signing_?key|credentials?|client_?secret)($|[_.-]?\d*$)|(password|secret|token)$`)

// notSecretName are names that only speak of a secret.
var notSecretName = lazyregexp.New(`(?i)(file|path|dir|url|uri|name|alias|id|ttl|expir\w*|length|size|type|mode|header|policy|prefix|suffix|public|hash_algo|enabled|required|rotation|count|limit|max|min|socket|sock|version|issuer|audience|endpoint|provider|service|host|port)$|public`)

// secretLike reports whether a variable's name says that its value is secret.
func secretLike(name string) bool {
	return secretName.MatchString(name) && !notSecretName.MatchString(name)
}

var placeholderWords = lazyregexp.New(`(?i)example|sample|dummy|fake|placeholder|change[-_ ]?(me|it|this)|replace|redacted|insecure|your[-_ ]|todo|fixme|insert|xxxx|\*\*\*|<[^>]*>|\.\.\.|not[-_ ]?set|undefined|0000000|1234567|abcdef`)

// placeholder reports whether a value plainly stands for a secret without being
// one: a variable, a word that says so, a file, or next to nothing.
func placeholder(value string) bool {
	v := strings.Trim(value, `"' `)
	switch {
	case len(v) < 6, strings.Contains(v, "$"), strings.HasPrefix(v, "{{"), strings.HasPrefix(v, "/"), strings.HasPrefix(v, "./"):
		return true
	case placeholderWords.MatchString(v), strings.Contains(v, "://"):
		return true
	}
	switch strings.ToLower(v) {
	case "true", "false", "none", "null", "default", "disabled", "enabled", "required", "optional":
		return true
	}
	distinct := map[rune]bool{}
	for _, r := range v {
		distinct[r] = true
	}
	return len(distinct) < 4
}

// weakDefault reports whether a value is a password of the kind that examples
// and local set-ups use.
func weakDefault(value string) bool {
	v := strings.ToLower(strings.Trim(value, `"' `))
	switch strings.Trim(v, "0123456789!@#") {
	case "", "password", "passwd", "secret", "admin", "root", "test", "testing", "user", "guest", "postgres", "mysql", "redis", "rabbitmq", "pass",
		"mongo", "minio", "minioadmin", "changeit", "letmein", "qwerty", "development", "dev", "local", "demo", "token", "mysecret", "mypassword", "otel":
		return true
	}
	return false
}

// entropy is Shannon's, in bits a character.
func entropy(s string) float64 {
	counts, n := map[rune]int{}, 0
	for _, r := range s {
		counts[r]++
		n++
	}
	var h float64
	for _, c := range counts {
		p := float64(c) / float64(n)
		h -= p * math.Log2(p)
	}
	return h
}

// random reports whether a value looks made by a machine: long, without words,
// with letters and digits. The slash of base64 needs more of both, so that
// paths do not count.
func random(v string) bool {
	least := 3.5
	if strings.Contains(v, "/") {
		least = 4.5
	}
	return len(v) >= 16 && entropy(v) >= least && strings.ContainsAny(v, "0123456789") && strings.ContainsFunc(v, func(r rune) bool { return r >= 'A' && r <= 'z' }) &&
		!strings.Contains(v, " ")
}

// mayHoldKey reports whether a variable that BuildKit takes for a secret by its
// name holds what only a secret looks like. Fingerprints and checksums do not.
func mayHoldKey(name, value string) bool {
	if !namesSecret(name) || secretLike(name) || notSecretName.MatchString(name) || len(value) < 24 || !random(value) {
		return false
	}
	upper := strings.ToUpper(name)
	hex := strings.Trim(value, "0123456789abcdefABCDEF") == ""
	return !hex && !strings.Contains(upper, "GPG") && !strings.Contains(upper, "PGP") && !strings.Contains(upper, "CACHE") && strings.Count(value, "-") < 2
}

// sameSecretName returns the checks of other tools that go by a variable's name.
func sameSecretName(in *dockerfile.Instruction, name string) []string {
	if in.Keyword != "ARG" && in.Keyword != "ENV" {
		return []string{}
	}
	out := []string{}
	if in.Stage != nil && !in.OnBuild && namesSecret(name) {
		out = append(out, "buildkit:SecretsUsedInArgOrEnv")
	}
	if !in.OnBuild && sensitiveName(name) {
		out = append(out, "hadolint:DL3064")
	}
	if cloudSecret(in, name) {
		out = append(out, "trivy:DS-0031")
	}
	return out
}

// sensitiveName reports whether a name holds one of the words by which hadolint
// takes it for that of sensitive data, wherever in the name they stand.
func sensitiveName(name string) bool {
	upper := strings.ToUpper(name)
	for _, part := range [...]string{"PASSWORD", "PASSWD", "SECRET", "TOKEN", "PRIVATE", "CREDENTIAL", "API_KEY", "APIKEY", "ACCESS_KEY", "USERNAME", "TRAVIS", "FACEBOOK"} {
		if strings.Contains(upper, part) {
			return true
		}
	}
	return false
}

// cloudSecret reports whether trivy lists a variable: it reads the first one of
// an instruction of the last stage.
// https://avd.aquasec.com/misconfig/dockerfile/general/ds-0031/
func cloudSecret(in *dockerfile.Instruction, name string) bool {
	if in.Stage == nil || !in.Stage.Last || in.OnBuild || len(in.Pairs) == 0 || in.Pairs[0].Key.Value != name {
		return false
	}
	for _, n := range [...]string{name, strings.TrimPrefix(name, "VITE_"), strings.TrimPrefix(name, "REACT_APP_")} {
		switch n {
		case "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "GITHUB_TOKEN", "OPENAI_API_KEY", "HF_TOKEN":
			return true
		}
	}
	return false
}
