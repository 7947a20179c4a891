package secret

import (
	"math"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/zricethezav/gitleaks/v8/config"
)

// allowed reports whether one of the lists says that a match is no secret:
// examples, placeholders, words.
func allowed(lists []*config.Allowlist, path, line, match, secret string) bool {
	for _, a := range lists {
		target := secret
		switch a.RegexTarget {
		case "match":
			target = match
		case "line":
			target = line
		}
		stop, _ := a.ContainsStopWord(secret)
		if a.MatchCondition == config.AllowlistMatchOr {
			if a.RegexAllowed(target) || stop {
				return true
			}
			continue
		}
		if (len(a.Paths) == 0 || a.PathAllowed(path)) && (len(a.Regexes) == 0 || a.RegexAllowed(target)) &&
			(len(a.StopWords) == 0 || stop) && len(a.Commits) == 0 {
			return true
		}
	}
	return false
}

// pathAllowed reports whether a list leaves out the whole file.
func pathAllowed(lists []*config.Allowlist, path string) bool {
	for _, a := range lists {
		if a.MatchCondition == config.AllowlistMatchAnd && (len(a.Regexes) > 0 || len(a.StopWords) > 0) {
			continue
		}
		if a.PathAllowed(path) {
			return true
		}
	}
	return false
}

var (
	// stand is how a value says that another comes in its place.
	stand = lazyregexp.New(`(?i)\$\{|\$\(|\{\{|<[^>]*>|^%[a-z_]+%$|^\$[a-z_]\w*$|^@@?\w+@|^\$\$|<%|#\{|%\(|process\.env|getenv|environ|os\.env`)
	// example are words of which no random value is made.
	example = lazyregexp.New(`(?i)example|placeholder|change[-_ ]?(?:me|this|it)|redacted|x{5,}|\*{3,}|\.{3,}|0{8,}|1{8,}|12345678|01234567|abcdefgh|deadbeef|your[-_ ]|[-_ ]your|my[-_](?:secret|token|key|pass)|replace[-_ ]?(?:me|this|with)|insert[-_ ]|dummy|sample|foobar|not[-_ ]?a?[-_ ]?(?:real|secret|key)|do[-_ ]?not[-_ ]?use`)
	// common are passwords that stand in every manual.
	common = lazyregexp.New(`(?i)^(?:my|the|some|db|user|root|admin|test|super|dev|default|new|old|secret|safe|strong|api|your|access|auth)?[-_ .]?(?:p(?:ass(?:w(?:or)?d|wd|phrase|code)?|w|wd)|secret|token|key|test|tests|testing|user(?:name)?|admin|root|guest|foo|bar|baz|qux|hello|world|none|null|nil|true|false|postgres|postgresql|mysql|mongo|redis|rabbitmq|minioadmin|sa|demo|local(?:host)?|default|value|string|letmein|qwerty|hunter2|s3cr3t|creds?|credentials?|required|optional|empty|unset|todo|tbd|fixme|sensitive|hidden|masked|xxx+|abc|abc123|1234?5?6?7?8?9?0?)[-_ .]?(?:here|1|12|123|1234|value|string|key|word|!|pass|secret|token)?$`)
)

// Placeholder reports whether a value stands for another that comes later, or is
// the example of a manual.
func Placeholder(value string) bool {
	v := strings.TrimSpace(value)
	return v == "" || regular(v) || stand.MatchString(v) || example.MatchString(v) || common.MatchString(v)
}

// regular reports whether a value is so few characters again and again that
// nobody has drawn it.
func regular(v string) bool {
	var seen [256]bool
	n := 0
	for i := range len(v) {
		if !seen[v[i]] {
			seen[v[i]] = true
			n++
		}
	}
	return n <= 2 || len(v) >= 20 && n <= 5
}

// Entropy is Shannon's, in bits a byte.
func Entropy(s string) float64 {
	var count [256]int
	for i := range len(s) {
		count[s[i]]++
	}
	h := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(s))
			h -= p * math.Log2(p)
		}
	}
	return h
}
