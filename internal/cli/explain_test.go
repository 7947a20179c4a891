package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWrapBreaksBetweenWords(t *testing.T) {
	require.Empty(t, wrap(""))
	require.Equal(t, "one two", wrap("one two"))
	text := strings.TrimSpace(strings.Repeat("wörter ", 50))
	lines := strings.Split(wrap(text), "\n")
	require.Len(t, lines, 5, "eleven words of six characters fit into a line")
	for _, l := range lines {
		require.LessOrEqual(t, len([]rune(l)), textWidth)
	}
	require.Equal(t, text, strings.Join(lines, " "), "nothing is lost")
	long := strings.Repeat("x", 200)
	require.Equal(t, "a\n"+long+"\nb", wrap("a "+long+" b"), "a word is never broken: it may be a command")
}
