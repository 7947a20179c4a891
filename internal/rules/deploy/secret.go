package deploy

import (
	"math"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
)

// secret is a value that should not stand in a manifest.
type secret struct {
	// what names it in a message, never the value itself.
	what string
	// text is the part of the value that is secret.
	text     string
	severity rule.Severity
}

// knownToken finds a credential by its form anywhere in a text.
func knownToken(text string) (secret, bool) {
	what, match := credential.Find(text, placeholder)
	return secret{what: what, text: match, severity: rule.High}, what != ""
}

var urlPassword = lazyregexp.New(`\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@"']*:([^\s/@"']+)@`)

// namedSecret judges the value of a variable or key by both its sides. Evidence
// by the name alone is never above medium.
func namedSecret(name, value string) (secret, bool) {
	if s, ok := knownToken(value); ok {
		return s, true
	}
	if m := urlPassword.FindStringSubmatch(value); m != nil && !placeholder(m[1]) {
		s := secret{what: "a URL with a password", text: m[1], severity: rule.Medium}
		if random(m[1]) {
			s.severity = rule.High
		}
		return s, true
	}
	if !secretName(name) || notSecret(value) {
		return secret{}, false
	}
	if random(value) {
		return secret{what: "what looks like a generated secret", text: value, severity: rule.High}, true
	}
	return secret{what: "a secret (by its name)", text: value, severity: rule.Medium}, true
}

var (
	camelHump  = lazyregexp.New(`([a-z0-9])([A-Z])`)
	separators = lazyregexp.New(`[-_. /]+`)
	secretWord = lazyregexp.New(`(?:^|_)(?:(?:[a-z]*(?:password|passwd|passphrase))|pwd|pass|secret|secrets|[a-z]*token|credentials?|(?:api|access|private|secret|signing|encryption|master|auth|account)_?keys?|apikey|secret_key_base)$`)
)

// secretName reports whether a name ends in a word for something secret:
// DB_PASSWORD, apiKey, but neither TOKEN_URL nor PASSWORD_FILE.
func secretName(name string) bool {
	snake := separators.ReplaceAllString(camelHump.ReplaceAllString(name, "${1}_${2}"), "_")
	return secretWord.MatchString(strings.ToLower(snake))
}

var (
	variable  = lazyregexp.New(`\$\(|\$\{|\{\{|^\$[A-Za-z_]|<[^>]*>|%[A-Z_]+%|^@@?[A-Z_]+`)
	reference = lazyregexp.New(`^(?:\.{0,2}/|file:|vault:|secret:|ref\+|arn:|projects/|gcpsm:|awssm:|env:|https?://|[a-z0-9-]+\.[a-z0-9.-]+\.svc)`)
	dummy     = lazyregexp.New(`(?i)^(?:x{3,}|\*+|\.{3,}|-+|change[-_ ]?me.*|replace.*|your.*|my[-_].*|insert.*|todo.*|tbd|dummy.*|fake.*|.*insecure.*|example.*|sample.*|placeholder.*|redacted|none|null|nil|unset|undefined|true|false|yes|no|on|off|enabled|disabled|empty|test|default)$`)
	// constant is how a template writes what is to be put in its place.
	constant  = lazyregexp.New(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$`)
	countOnly = lazyregexp.New(`^\d{1,6}(?:ms|s|m|h|d)?$`)
)

// placeholder reports whether a value stands for another that comes later.
func placeholder(v string) bool {
	return v == "" || variable.MatchString(v) || dummy.MatchString(v) || constant.MatchString(v) || strings.Contains(strings.ToUpper(v), "EXAMPLE") || repeated(v)
}

// notSecret reports whether a value is a placeholder, a path, a reference to
// where the secret is kept, a switch or a number.
func notSecret(v string) bool {
	v = strings.TrimSpace(v)
	return placeholder(v) || reference.MatchString(v) || countOnly.MatchString(v) || strings.ContainsAny(v, " \n")
}

// repeated reports whether a value is one character again and again.
func repeated(v string) bool {
	return len(v) > 2 && strings.Count(v, v[:1]) == len(v)
}

var mixed = lazyregexp.New(`[0-9]`)

// random reports whether a value looks generated: long, of mixed characters and
// of an entropy that words do not reach.
func random(v string) bool {
	return len(v) >= 16 && mixed.MatchString(v) && strings.ContainsAny(strings.ToLower(v), "abcdefghijklmnopqrstuvwxyz") &&
		!strings.ContainsAny(v, " \t\n") && entropy(v) >= 3.3
}

// entropy returns Shannon's measure in bits a byte.
func entropy(v string) float64 {
	var counts [256]float64
	for i := range len(v) {
		counts[v[i]]++
	}
	var h float64
	for _, c := range counts {
		if c > 0 {
			p := c / float64(len(v))
			h -= p * math.Log2(p)
		}
	}
	return h
}
