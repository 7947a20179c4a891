package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// FuzzBaseline reads what a stranger wrote: it is understood whole, or refused.
func FuzzBaseline(f *testing.F) {
	f.Add("# c\nTW-D002 root-user 0123456789abcdef 0123456789abcdef app/Dockerfile\n")
	f.Add("TW-D002 root-user 0123456789abcdef 0123456789abcdef \"a\\nb\"\n")
	f.Add("TW-D002 root-user 0123456789abcdef 0123456789abcdef \"a\n")
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile("tidewaiter.baseline", text)
		b, err := policy.ParseBaseline(file)
		if err == nil {
			require.LessOrEqual(t, b.Len(), file.LineCount())
			return
		}
		var config *policy.ConfigError
		require.ErrorAs(t, err, &config)
		require.ErrorContains(t, err, "tidewaiter.baseline:")
	})
}
