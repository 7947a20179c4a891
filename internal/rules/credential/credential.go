// Package credential knows credentials by their form, for the rules of every
// world: what is a GitHub token in a Dockerfile is one in a ConfigMap.
package credential

import (
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// form is a kind of credential that its form gives away, whatever the name of
// what holds it.
type form struct {
	what string
	// mark is in every match, as cheap a test as there is.
	mark    string
	pattern *lazyregexp.Regexp
}

// anyCase is the one mark that is written in letters of either case.
const anyCase = "aws"

// near reports whether a text may hold the form.
func (f form) near(text string) bool {
	if f.mark != anyCase {
		return strings.Contains(text, f.mark)
	}
	for i := 0; i+len(f.mark) <= len(text); i++ {
		if strings.EqualFold(text[i:i+len(f.mark)], f.mark) {
			return true
		}
	}
	return false
}

// forms are as those who issue the credentials document them. Where two match,
// the first one names the credential.
var forms = [...]form{
	{"a private key", "PRIVATE KEY", lazyregexp.New(`-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----`)},
	{"an AWS access key", "IA", lazyregexp.New(`\b(?:AKIA|ASIA)[A-Z2-7]{16}\b`)},
	{"an AWS secret key", anyCase, lazyregexp.New(`(?i)aws_?secret[a-z_]*\s*[=:]\s*["']?[A-Za-z0-9/+]{40}\b`)},
	{"a GitHub token", "_", lazyregexp.New(`\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})\b`)},
	{"a GitLab token", "gl", lazyregexp.New(`\bgl(?:pat|rt|dt|ptt|agent)-[A-Za-z0-9_-]{20,}`)},
	{"a Slack token", "xox", lazyregexp.New(`\bxox[abeoprs]-[A-Za-z0-9-]{20,}`)},
	{"a Slack webhook", "hooks.slack", lazyregexp.New(`(?:https://)?\bhooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20,}`)},
	{"a Stripe live key", "k_live_", lazyregexp.New(`\b[rs]k_live_[A-Za-z0-9]{20,}`)},
	{"a Google API key", "AIza", lazyregexp.New(`\bAIza[A-Za-z0-9_-]{35}\b`)},
	{"an npm token", "npm_", lazyregexp.New(`\bnpm_[A-Za-z0-9]{36}\b`)},
	{"a PyPI token", "pypi-", lazyregexp.New(`\bpypi-AgE[A-Za-z0-9_-]{50,}`)},
	{"a Docker Hub token", "dckr_", lazyregexp.New(`\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}`)},
	{"an Anthropic key", "sk-ant-", lazyregexp.New(`\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{80,}`)},
	{"an OpenAI key", "sk-", lazyregexp.New(`\bsk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{40,}`)},
	{"a Hugging Face token", "hf_", lazyregexp.New(`\bhf_[A-Za-z]{34}\b`)},
	{"a SendGrid key", "SG.", lazyregexp.New(`\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}\b`)},
	{"a Vault token", "hv", lazyregexp.New(`\bhv[sb]\.[A-Za-z0-9_-]{24,}`)},
	{"a DigitalOcean token", "_v1_", lazyregexp.New(`\bdo[oprt]_v1_[a-f0-9]{64}\b`)},
	{"an age key", "AGE-SECRET", lazyregexp.New(`\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b`)},
	{"an Azure storage key", "AccountKey=", lazyregexp.New(`\bAccountKey=[A-Za-z0-9+/]{86}==`)},
	{"a signed JSON web token", "eyJ", lazyregexp.New(`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}`)},
}

// Find returns the first credential in a text that unless does not excuse, with
// its kind in words ("a GitHub token"); both are "" if there is none. The match
// is the secret itself: it belongs into no message.
func Find(text string, unless func(match string) bool) (what, match string) {
	for _, f := range forms {
		if !f.near(text) {
			continue
		}
		if m := f.pattern.FindString(text); m != "" && !unless(m) {
			return f.what, m
		}
	}
	return "", ""
}
