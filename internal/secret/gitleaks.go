package secret

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/viper"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
	"github.com/zricethezav/gitleaks/v8/config"
)

// genericRule is the rule that goes by the name beside a value.
const genericRule = "generic-api-key"

// besideName is what gitleaks writes between a name and a value; ownPrefix is
// such an expression whose value has a prefix of its own.
const besideName = `(?:[ \t\w.-]{0,20})[\s'"]{0,3}(?:=|>|`

var ownPrefix = lazyregexp.New(`\]\{0,5\}\((?:\(\?[:i-]+\)?)?[A-Za-z0-9]{2,}[-_.]`)

// dropped are rules that others stand for, or that are about a name alone: the
// manifests' own rules read Secrets, a key store's name does not tell whether it has
// a password, and sourcegraph-token does not take every commit for one.
var dropped = map[string]bool{"kubernetes-secret-yaml": true, "pkcs12-file": true, "sourcegraph-access-token": true}

// loose are rules whose expression fits much that is no credential.
var loose = map[string]bool{"curl-auth-user": true, "curl-auth-header": true, "hashicorp-tf-password": true,
	"nuget-config-password": true, "freemius-secret-key": true, "sidekiq-sensitive-url": true}

// fromGitleaks reads the rules that gitleaks ships and its list of what is no
// secret anywhere.
func fromGitleaks() ([]detector, []*config.Allowlist, error) {
	v := viper.New()
	v.SetConfigType("toml")
	if err := v.ReadConfig(strings.NewReader(config.DefaultConfig)); err != nil {
		return nil, nil, fmt.Errorf("rules for secrets: %w", err)
	}
	var raw config.ViperConfig
	if err := v.Unmarshal(&raw); err != nil {
		return nil, nil, fmt.Errorf("rules for secrets: %w", err)
	}
	c, err := raw.Translate()
	if err != nil {
		return nil, nil, fmt.Errorf("rules for secrets: %w", err)
	}
	var out []detector
	for _, id := range c.OrderedRules {
		if rule := c.Rules[id]; rule.Regex != nil && !rule.SkipReport && !dropped[id] {
			out = append(out, converted(rule))
		}
	}
	return out, c.Allowlists, nil
}

func converted(rule config.Rule) detector {
	d := detector{id: rule.RuleID, what: rule.Description, pattern: rule.Regex, group: rule.SecretGroup, entropy: rule.Entropy,
		allow: rule.Allowlists, words: rule.Keywords, reach: shortReach, gate: gate(rule.RuleID)}
	if rule.Path != nil {
		d.file, d.words = rule.Path, nil
	}
	if rule.RuleID == "private-key" {
		d.reach, d.check = keyReach, wholeKey
	}
	text := rule.Regex.String()
	named := strings.Contains(text, besideName)
	switch {
	case rule.RuleID == genericRule:
		d.certainty, d.check = Guessed, notElsewhere
	case loose[rule.RuleID], named && !ownPrefix.MatchString(text):
		d.certainty = Named
	}
	if named && d.gate == nil && d.certainty != Form {
		d.gate = assigned(8)
	}
	return d
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
		return followed(100, isAlnum)
	case "square-access-token": // (?:EAAA|sq0atp-)[\w-]{22,60}
		return followed(22, isToken)
	case "authress-service-client-access-key": // (?:sc|ext|…)_[a-z0-9]{5,30}\.
		return func(t []byte, _, end int) bool {
			return run(t, end, 5, isAlnum) && bytes.IndexByte(t[end:min(len(t), end+31)], '.') >= 5
		}
	case "aws-access-token": // (?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}
		return func(t []byte, start, end int) bool {
			return t[start] == 'A' && run(t, end, 16, func(c byte) bool { return isAlnum(c) && c < 'a' })
		}
	case "lob-api-key", "lob-pub-api-key": // …lob…(live|test)_[a-f0-9]{35}
		return followed(25, isToken)
	case "private-key": // -----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY
		return func(t []byte, _, end int) bool {
			return bytes.Contains(bytes.ToUpper(t[end:min(len(t), end+120)]), []byte("PRIVATE KEY"))
		}
	case "azure-ad-client-secret": // [a-zA-Z0-9_~.]{3}\dQ~
		return func(t []byte, start, _ int) bool { return start >= 4 && '0' <= t[start-1] && t[start-1] <= '9' }
	case "github-pat", "github-oauth", "github-app-token", "github-refresh-token": // gh[a-z]_[0-9a-zA-Z]{36}
		return followed(36, isAlnum)
	case "curl-auth-user": // …-u user:password
		return func(t []byte, _, end int) bool {
			rest := t[end:min(len(t), end+shortReach)]
			return bytes.Contains(rest, []byte("-u")) || bytes.Contains(rest, []byte("--user"))
		}
	case "curl-auth-header":
		return func(t []byte, _, end int) bool {
			rest := t[end:min(len(t), end+shortReach)]
			return bytes.Contains(rest, []byte("-H")) || bytes.Contains(rest, []byte("--header"))
		}
	}
	return nil
}
