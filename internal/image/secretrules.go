package image

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/spf13/viper"
	"github.com/zricethezav/gitleaks/v8/config"
)

// genericRule is the rule that goes by the name beside a value.
const genericRule = "generic-api-key"

// secretRule is one of gitleaks' rules.
type secretRule struct {
	config.Rule
	generic bool
	// reach is how far behind a keyword a match may end, in bytes.
	reach int
	// gate tells from the bytes around a keyword that the expression cannot
	// match, for keywords so short that they are everywhere; nil has no opinion.
	gate func(text []byte, start, end int) bool
}

// secretRules are all rules, and the words that tell which of them to try.
type secretRules struct {
	rules  []secretRule
	words  *keywords
	byWord [][]int // rules by word
	length []int   // of each word
	// always are rules that go by the file's name instead.
	always []int
	allow  []*config.Allowlist
}

// loadSecretRules compiles the rules that gitleaks ships, some 30 ms, so only
// when an image is read and then once.
var loadSecretRules = sync.OnceValues(newSecretRules)

func newSecretRules() (*secretRules, error) {
	v := viper.New()
	v.SetConfigType("toml")
	if err := v.ReadConfig(strings.NewReader(config.DefaultConfig)); err != nil {
		return nil, fmt.Errorf("rules for secrets: %w", err)
	}
	var raw config.ViperConfig
	if err := v.Unmarshal(&raw); err != nil {
		return nil, fmt.Errorf("rules for secrets: %w", err)
	}
	c, err := raw.Translate()
	if err != nil {
		return nil, fmt.Errorf("rules for secrets: %w", err)
	}
	r := &secretRules{allow: c.Allowlists}
	var words []string
	known := map[string]int{}
	for _, id := range c.OrderedRules {
		rule := c.Rules[id]
		if rule.Regex == nil || rule.SkipReport {
			continue // a name alone ("*.p12") is no secret yet
		}
		n := len(r.rules)
		r.rules = append(r.rules, secretRule{Rule: rule, generic: id == genericRule, reach: reach(id), gate: gate(id)})
		if rule.Path != nil {
			r.always = append(r.always, n)
			continue
		}
		for _, w := range rule.Keywords {
			if _, ok := known[w]; !ok {
				known[w] = len(words)
				words, r.byWord, r.length = append(words, w), append(r.byWord, nil), append(r.length, len(w))
			}
			r.byWord[known[w]] = append(r.byWord[known[w]], n)
		}
	}
	r.words = newKeywords(words)
	return r, nil
}

// reach is a few lines, and the length of a key for private keys.
func reach(id string) int {
	if id == "private-key" {
		return 16 << 10
	}
	return 512
}

// gate returns the check for rules whose keywords occur in almost every text.
// Each asks for a part of what the rule's expression asks for, so it never
// hides a match.
func gate(id string) func(text []byte, start, end int) bool {
	switch id {
	case "jwt": // \bey[a-zA-Z0-9]{17,}\.
		return func(t []byte, start, end int) bool {
			return t[start] == 'e' && t[start+1] == 'y' && run(t, end, 17, isAlnum)
		}
	case "twilio-api-key": // SK[0-9a-fA-F]{32}
		return func(t []byte, start, end int) bool {
			return t[start] == 'S' && t[start+1] == 'K' && run(t, end, 32, isHex)
		}
	case "vault-service-token": // hvs\.[\w-]{90,120} or s\.(?i:[a-z0-9]{24})
		return func(t []byte, _, end int) bool { return t[end-2] == 's' && run(t, end, 24, isToken) }
	case "facebook-page-access-token": // EAA[MC](?i)[a-z0-9]{100,}
		return func(t []byte, _, end int) bool { return run(t, end, 100, isAlnum) }
	case "square-access-token": // (?:EAAA|sq0atp-)[\w-]{22,60}
		return func(t []byte, _, end int) bool { return run(t, end, 22, isToken) }
	case "authress-service-client-access-key": // (?:sc|ext|…)_[a-z0-9]{5,30}\.
		return func(t []byte, _, end int) bool {
			return run(t, end, 5, isAlnum) && bytes.IndexByte(t[end:min(len(t), end+31)], '.') >= 5
		}
	case "aws-access-token": // (?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}
		return func(t []byte, start, end int) bool {
			return t[start] == 'A' && run(t, end, 16, func(c byte) bool { return isAlnum(c) && (c < 'a') })
		}
	case "lob-api-key", "lob-pub-api-key": // …lob…(live|test)_[a-f0-9]{35}
		return func(t []byte, _, end int) bool { return run(t, end, 25, isToken) }
	}
	return nil
}

// run reports whether n bytes from at on are all of a kind.
func run(text []byte, at, n int, kind func(byte) bool) bool {
	if at+n > len(text) {
		return false
	}
	for _, c := range text[at : at+n] {
		if !kind(c) {
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }

func isToken(c byte) bool { return isAlnum(c) || c == '_' || c == '-' }

// value returns the part of a match that is the secret: the group the rule
// names, else the first that is not empty, else all of it.
func (r secretRule) value(groups []string) string {
	if r.SecretGroup > 0 && r.SecretGroup < len(groups) {
		return groups[r.SecretGroup]
	}
	for _, g := range groups[1:] {
		if g != "" {
			return g
		}
	}
	return strings.Trim(groups[0], "\n")
}

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

// entropy is Shannon's, in bits a byte.
func entropy(s string) float64 {
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
