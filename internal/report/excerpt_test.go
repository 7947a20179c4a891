package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestExcerpt(t *testing.T) {
	for _, c := range []struct {
		name          string
		text          string
		column, end   int
		shown, carets string
	}{
		{"token", "USER root", 6, 10, "USER root", "     ^^^^"},
		{"tab before", "\tUSER root", 7, 11, "    USER root", "         ^^^^"},
		{"tab stops", "a\tUSER", 3, 7, "a   USER", "    ^^^^"},
		{"tab inside", "a\tb", 1, 4, "a   b", "^^^^^"},
		{"wide before", "漢字: root", 5, 9, "漢字: root", "      ^^^^"},
		{"wide inside", "x: 漢字", 4, 6, "x: 漢字", "   ^^^^"},
		{"emoji", "🚢 root", 3, 7, "🚢 root", "   ^^^^"},
		{"combining", "e\u0301x root", 5, 9, "e\u0301x root", "   ^^^^"},
		{"escape code", "\x1b[31mroot", 6, 10, `\x1b[31mroot`, "        ^^^^"},
		{"variation selector", "⚠\ufe0f root", 4, 8, "⚠ root", "  ^^^^"},
		{"to the end", "RUN a  ", 5, 0, "RUN a", "    ^"},
		{"no width", "FROM x", 6, 6, "FROM x", "     ^"},
		{"no column", "FROM x", 0, 0, "FROM x", "^^^^^^"},
		{"beyond", "ab", 9, 12, "ab", "  ^"},
		{"end beyond", "ab", 2, 99, "ab", " ^"},
		{"end before", "abc", 3, 1, "abc", "  ^"},
		{"empty", "", 1, 1, "", "^"},
	} {
		shown, carets := excerpt(c.text, c.column, c.end)
		require.Equal(t, c.shown, shown, c.name)
		require.Equal(t, c.carets, carets, c.name)
	}
}

func TestExcerptOfLongLine(t *testing.T) {
	text := strings.Repeat("a", 500) + "TOKEN" + strings.Repeat("b", 500)
	shown, carets := excerpt(text, 501, 506)
	require.LessOrEqual(t, utf8.RuneCountInString(shown), maxExcerpt+2)
	at := strings.Index(carets, "^")
	runes := []rune(shown)
	require.Equal(t, "TOKEN", string(runes[at:at+5]))
	require.Equal(t, "^^^^^", strings.TrimSpace(carets))
	require.True(t, strings.HasPrefix(shown, "…") && strings.HasSuffix(shown, "…"), shown)

	shown, carets = excerpt(text, 1, 0)
	require.LessOrEqual(t, len(carets), maxExcerpt)
	require.True(t, strings.HasSuffix(shown, "…"))
}

func FuzzExcerpt(f *testing.F) {
	f.Add("USER root", 6, 10)
	f.Add("\t漢字\x00\xff", 2, 3)
	f.Add(strings.Repeat("\t", 400), 200, 300)
	f.Fuzz(func(t *testing.T, text string, column, end int) {
		shown, carets := excerpt(text, column, end)
		require.Equal(t, plain(shown), shown)
		require.NotEmpty(t, strings.TrimLeft(carets, " "))
		require.LessOrEqual(t, len(carets), maxExcerpt+2*tabWidth+20)
	})
}
