package deploy

import (
	"math"
	"regexp"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// secret is a value that should not stand in a manifest.
type secret struct {
	// what names it in a message, never the value itself.
	what string
	// text is the part of the value that is secret.
	text     string
	severity rule.Severity
}

// tokenFormat is a credential that is known by its form. The forms are those
// that the issuers document.
type tokenFormat struct {
	what    string
	pattern *regexp.Regexp
}

var tokenFormats = [...]tokenFormat{
	{"a private key", regexp.MustCompile(`-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----`)},
	{"an AWS access key", regexp.MustCompile(`\b(?:AKIA|ASIA)[A-Z2-7]{16}\b`)},
	{"a GitHub token", regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})\b`)},
	{"a GitLab token", regexp.MustCompile(`\bglpat-[A-Za-z0-9_-]{20,}`)},
	{"a Slack token", regexp.MustCompile(`\bxox[abeoprs]-[A-Za-z0-9-]{20,}`)},
	{"a Slack webhook", regexp.MustCompile(`https://hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20,}`)},
	{"a Stripe live key", regexp.MustCompile(`\b[rs]k_live_[A-Za-z0-9]{20,}`)},
	{"a Google API key", regexp.MustCompile(`\bAIza[A-Za-z0-9_-]{35}\b`)},
	{"an npm token", regexp.MustCompile(`\bnpm_[A-Za-z0-9]{36}\b`)},
	{"a PyPI token", regexp.MustCompile(`\bpypi-AgEI[A-Za-z0-9_-]{50,}`)},
	{"a SendGrid key", regexp.MustCompile(`\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b`)},
	{"a signed JSON web token", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}`)},
	{"an Azure storage key", regexp.MustCompile(`\bAccountKey=[A-Za-z0-9+/]{86}==`)},
}

// knownToken finds a credential by its form anywhere in a text.
func knownToken(text string) (secret, bool) {
	for _, f := range tokenFormats {
		if m := f.pattern.FindString(text); m != "" && !placeholder(m) {
			return secret{what: f.what, text: m, severity: rule.High}, true
		}
	}
	return secret{}, false
}

var urlPassword = regexp.MustCompile(`\b[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@"']*:([^\s/@"']+)@`)

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
	camelHump  = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	separators = regexp.MustCompile(`[-_. /]+`)
	secretWord = regexp.MustCompile(`(?:^|_)(?:(?:[a-z]*(?:password|passwd|passphrase))|pwd|pass|secret|secrets|[a-z]*token|credentials?|(?:api|access|private|secret|signing|encryption|master|auth|account)_?keys?|apikey)$`)
)

// secretName reports whether a name ends in a word for something secret:
// DB_PASSWORD, apiKey, but neither TOKEN_URL nor PASSWORD_FILE.
func secretName(name string) bool {
	snake := separators.ReplaceAllString(camelHump.ReplaceAllString(name, "${1}_${2}"), "_")
	return secretWord.MatchString(strings.ToLower(snake))
}

var (
	variable  = regexp.MustCompile(`\$\(|\$\{|\{\{|^\$[A-Za-z_]|<[^>]*>|%[A-Z_]+%|^@@?[A-Z_]+`)
	reference = regexp.MustCompile(`^(?:\.{0,2}/|file:|vault:|secret:|ref\+|arn:|projects/|gcpsm:|awssm:|env:|https?://|[a-z0-9-]+\.[a-z0-9.-]+\.svc)`)
	dummy     = regexp.MustCompile(`(?i)^(?:x{3,}|\*+|\.{3,}|-+|change[-_ ]?me.*|replace.*|your.*|my[-_].*|insert.*|todo.*|tbd|dummy.*|fake.*|example.*|sample.*|placeholder.*|redacted|none|null|nil|unset|undefined|true|false|yes|no|on|off|enabled|disabled|empty|test|default)$`)
	// constant is how a template writes what is to be put in its place.
	constant  = regexp.MustCompile(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$`)
	countOnly = regexp.MustCompile(`^\d{1,6}(?:ms|s|m|h|d)?$`)
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

var mixed = regexp.MustCompile(`[0-9]`)

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
