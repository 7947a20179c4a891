package deploy

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// letters makes text of the form of a token, so that no token stands here.
func letters(n int) string { return strings.Repeat("aB3dE6gH9k", n/10+1)[:n] }

func TestKnownTokens(t *testing.T) {
	for what, text := range map[string]string{
		"a private key":           "-----BEGIN " + "OPENSSH PRIVATE KEY-----",
		"an AWS access key":       "AKIA" + "QWERTY234567ASDF",
		"a GitHub token":          "ghp" + "_" + letters(36),
		"a GitLab token":          "gl" + "pat-" + letters(20),
		"a Slack token":           "xoxb" + "-" + letters(24),
		"a Slack webhook":         "https://hooks.slack.com/" + "services/T0123456/B0123456/" + letters(24),
		"a Stripe live key":       "sk" + "_live_" + letters(24),
		"a Google API key":        "AI" + "za" + letters(35),
		"an npm token":            "npm" + "_" + letters(36),
		"a PyPI token":            "pypi" + "-AgEI" + letters(50),
		"a SendGrid key":          "SG" + "." + letters(22) + "." + letters(43),
		"a signed JSON web token": "ey" + "J" + letters(12) + ".ey" + "J" + letters(12) + "." + letters(24),
		"an Azure storage key":    "Account" + "Key=" + letters(86) + "==",
	} {
		s, ok := knownToken("before " + text + " after")
		require.True(t, ok, what)
		require.Equal(t, secret{what: what, text: text, severity: rule.High}, s)
	}
	for _, text := range []string{"", "AKIAIOSFODNN7EXAMPLE", "-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----", "ghp_short"} {
		_, ok := knownToken(text)
		require.False(t, ok, text)
	}
}

func TestSecretNames(t *testing.T) {
	for _, name := range []string{"PASSWORD", "DB_PASSWORD", "dbPassword", "POSTGRES_PASSWORD", "api-key", "API_KEY", "apikey", "spring.datasource.password",
		"TOKEN", "githubToken", "clientSecret", "CLIENT_SECRET", "MYSQL_PWD", "secret_access_key", "STORAGE_ACCOUNT_KEY", "credentials"} {
		require.True(t, secretName(name), name)
	}
	for _, name := range []string{"PASSWORD_FILE", "TOKEN_URL", "SECRET_NAME", "MAX_TOKENS", "KEY", "key", "MONKEY", "PARTITION_KEY", "tls.crt", "COMPASS", "BYPASS",
		"PASSWORD_MIN_LENGTH", "public_key", "HOTKEY"} {
		require.False(t, secretName(name), name)
	}
}

func TestNamedSecrets(t *testing.T) {
	for _, tt := range []struct {
		name, value string
		want        rule.Severity
	}{
		{"PASSWORD", "hunter2", rule.Medium},
		{"PASSWORD", "7f3b9c2ad81e4f60b5a7c9d2e1f80346", rule.High},
		{"PASSWORD", "correcthorsebatterystaple", rule.Medium},
		{"ANYTHING", "postgres://shop:hunter2@db/orders", rule.Medium},
		{"ANYTHING", "postgres://shop:7f3b9c2ad81e4f60b5a7c9d2e1f80346@db/orders", rule.High},
		{"ANYTHING", "amqp://user:$(PASS)@queue", rule.Unset},
		{"ANYTHING", "http://example.com:8080/a@b", rule.Unset},
		{"ANYTHING", "7f3b9c2ad81e4f60b5a7c9d2e1f80346", rule.Unset},
		{"PASSWORD", "", rule.Unset},
		{"PASSWORD", "changeme", rule.Unset},
		{"PASSWORD", "xxxxxxxx", rule.Unset},
		{"PASSWORD", "********", rule.Unset},
		{"PASSWORD", "<password>", rule.Unset},
		{"PASSWORD", "${PASSWORD}", rule.Unset},
		{"PASSWORD", "{{ .Values.password }}", rule.Unset},
		{"PASSWORD", "%PASSWORD%", rule.Unset},
		{"PASSWORD", "/run/secrets/password", rule.Unset},
		{"PASSWORD", "arn:aws:secretsmanager:eu-west-1:1:secret:x", rule.Unset},
		{"PASSWORD", "vault:secret/data/x#y", rule.Unset},
		{"PASSWORD", "true", rule.Unset},
		{"TOKEN", "3600s", rule.Unset},
		{"API_KEY", "API_KEY_VALUE", rule.Unset},
		{"PASSWORD", "set by the operator", rule.Unset},
	} {
		s, _ := namedSecret(tt.name, tt.value)
		require.Equal(t, tt.want, s.severity, "%s=%s", tt.name, tt.value)
	}
}

func TestNarrow(t *testing.T) {
	f := source.NewFile("a.yaml", "data:\n  a: \"one two\"\n  b: |\n    first\n    second word\n  c: second word\n")
	whole := f.LineSpan(2)
	require.Equal(t, "a.yaml:2:11", narrow(whole, "two").String())
	require.Equal(t, whole, narrow(whole, "three"), "text that is not there narrows nothing")
	require.Equal(t, "a.yaml:5:12", narrow(f.LineSpan(3), "word\nmore").String())
	require.Equal(t, f.LineSpan(3), narrow(f.LineSpan(3), "c: second"), "the next key is not the scalar's")
	require.Equal(t, source.Span{}, narrow(source.Span{}, "x"))
}

func FuzzNamedSecret(f *testing.F) {
	f.Add("PASSWORD", "hunter2")
	f.Add("", "://:@")
	f.Fuzz(func(t *testing.T, name, value string) {
		if s, ok := namedSecret(name, value); ok {
			require.Contains(t, value, s.text)
			require.NotContains(t, s.what, "\n")
		}
	})
}
