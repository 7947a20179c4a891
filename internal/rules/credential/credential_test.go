package credential_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
)

func never(string) bool { return false }

// The tokens are put together here, so that whoever scans this repository for
// secrets finds none.
func TestFind(t *testing.T) {
	for text, want := range map[string]string{
		"x gh" + "p_" + strings.Repeat("aB3", 12) + " y":  "a GitHub token",
		"AKI" + "A" + strings.Repeat("Q2", 8):             "an AWS access key",
		"-----BEGIN EC PRIV" + "ATE KEY-----":             "a private key",
		"sk-ant" + "-api03-" + strings.Repeat("xY9_", 24): "an Anthropic key",
		"https://hooks.sl" + "ack.com/services/T" + strings.Repeat("0A", 5) + "/B" + strings.Repeat("1B", 5) + "/" + strings.Repeat("z9", 12): "a Slack webhook",
		"-----BEGIN PUBLIC KEY-----": "",
		"ghp_short":                  "",
		"a sha256:" + strings.Repeat("0f", 32) + " digest": "",
		"": "",
	} {
		what, match := credential.Find(text, never)
		require.Equal(t, want, what, text)
		require.Equal(t, want == "", match == "")
		require.Contains(t, text, match)
	}
}

func TestFindUnless(t *testing.T) {
	text := "gh" + "p_" + strings.Repeat("aB3", 12)
	what, _ := credential.Find(text, func(m string) bool { return m == text })
	require.Empty(t, what)
}
