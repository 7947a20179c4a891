package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/cli"
)

// fixed runs fix over one Dockerfile and returns the file afterwards.
func fixed(t *testing.T, text string, args ...string) (after, out string) {
	t.Helper()
	dir := t.TempDir()
	at := filepath.Join(dir, "Dockerfile")
	require.NoError(t, os.WriteFile(at, []byte(text), 0o640))
	require.NoError(t, os.Chmod(at, 0o640))
	var stdout, stderr bytes.Buffer
	env := cli.Env{Args: append([]string{"fix", "--offline", dir}, args...), Stdout: &stdout, Stderr: &stderr, Getenv: func(string) string { return "" },
		Now: func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) }, Version: "test"}
	require.Equal(t, cli.ExitPass, cli.Main(t.Context(), env), stderr.String())
	data, err := os.ReadFile(at)
	require.NoError(t, err)
	st, err := os.Stat(at)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o640), st.Mode())
	return string(data), stdout.String()
}

func TestFixKeepsTheFormOfAFile(t *testing.T) {
	text := "FROM debian:12\n# Grüße\nRUN curl -k https://example.com/x | grep y && \\\n    # a comment inside\n    apk add --allow-untrusted  z \nRUN useradd --uid 1234 app\nUSER\tapp  # no comment"
	want := strings.NewReplacer(" -k", "", " --allow-untrusted", "").Replace(text)
	for name, form := range map[string]func(string) string{
		"as it is":               func(s string) string { return s },
		"line feed at its end":   func(s string) string { return s + "\n" },
		"empty lines at its end": func(s string) string { return s + "\n\n\n" },
		"carriage returns":       func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"byte order mark":        func(s string) string { return "\ufeff" + s },
		"all":                    func(s string) string { return "\ufeff" + strings.ReplaceAll(s, "\n", "\r\n") + "\r\n" },
	} {
		t.Run(name, func(t *testing.T) {
			after, out := fixed(t, form(text))
			require.Equal(t, form(want), after, out)
		})
	}
}

func TestFixGoesOnWhereEditsTouch(t *testing.T) {
	after, out := fixed(t, "FROM debian:12\nRUN apt-get install -y --allow-unauthenticated --force-yes curl\nUSER 1\n")
	require.Equal(t, "FROM debian:12\nRUN apt-get install -y curl\nUSER 1\n", after, out)
	require.Contains(t, out, "fixed 2 findings in 1 file")
}
