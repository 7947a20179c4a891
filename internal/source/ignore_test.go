package source_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestParseIgnore(t *testing.T) {
	f := source.NewFile("Dockerfile", "# x\nFROM a\nRUN b\n")
	at := f.LineSpan(1)
	ig, ok := source.ParseIgnore(at, ` tidewaiter:ignore root-user,hadolint:DL3008 until=2027-01-31 reason="a \"quoted\" reason"`)
	require.True(t, ok)
	require.Equal(t, []string{"root-user", "hadolint:DL3008"}, ig.Rules)
	require.Equal(t, `a "quoted" reason`, ig.Reason)
	require.Equal(t, "2027-01-31", ig.Until.Format(time.DateOnly))
	require.Empty(t, ig.Problem)

	for _, body := range []string{"ignore root-user", "see tidewaiter:ignore root-user", "tidewaiter:ignored", ""} {
		_, ok = source.ParseIgnore(at, body)
		require.False(t, ok, body)
	}
	ig, ok = source.ParseIgnore(at, "tidewaiter:ignore root-user until=tomorrow")
	require.True(t, ok)
	require.Contains(t, ig.Problem, "YYYY-MM-DD")
	ig, _ = source.ParseIgnore(at, `tidewaiter:ignore reason="x"`)
	require.Equal(t, "no rule is named", ig.Problem)
}

func TestIgnoreCovers(t *testing.T) {
	f := source.NewFile("Dockerfile", "# x\nFROM a\nRUN b\n")
	ig := source.Ignore{At: f.LineSpan(1), First: 2, Last: 2}
	require.True(t, ig.Covers(f.LineSpan(2)))
	require.False(t, ig.Covers(f.LineSpan(3)))
	require.False(t, ig.Covers(source.Span{}))
	require.False(t, ig.Covers(source.NewFile("other", "a\nb\n").LineSpan(2)))
	require.True(t, source.Ignore{At: f.LineSpan(1)}.Covers(f.LineSpan(3)), "no lines mean the whole file")
}

func TestExpiry(t *testing.T) {
	last := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	w := source.Waiver{Expires: last}
	require.False(t, w.Expired(last.Add(23*time.Hour)), "the last day counts")
	require.True(t, w.Expired(last.AddDate(0, 0, 1)))
	require.False(t, source.Ignore{}.Expired(last), "an ignore without a date does not expire")
}

func FuzzParseIgnore(f *testing.F) {
	f.Add(`tidewaiter:ignore a,b until=2027-01-31 reason="x"`)
	f.Add(`tidewaiter:ignore reason="\`)
	f.Fuzz(func(t *testing.T, body string) {
		ig, ok := source.ParseIgnore(source.Span{}, body)
		if ok && len(ig.Rules) == 0 && ig.Problem == "" {
			t.Fatal("an ignore of nothing has no problem")
		}
	})
}
