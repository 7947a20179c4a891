package source

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// lineHashesByDefinition computes each line's hash from nothing but its
// definition, one line at a time.
func lineHashesByDefinition(text string) []string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", " ", "", "\t", "").Replace(text)
	units := append(utf16.Encode([]rune(text)), 65535)
	seen := map[uint64]int{}
	var out []string
	for i := range units {
		if i > 0 && units[i-1] != '\n' {
			continue
		}
		var sum uint64
		for j := range 100 {
			sum *= 37
			if i+j < len(units) {
				sum += uint64(units[i+j])
			}
		}
		seen[sum]++
		out = append(out, fmt.Sprintf("%x:%d", sum, seen[sum]))
	}
	return out
}

func written(hashes []LineHash) []string {
	var out []string
	for _, h := range hashes {
		out = append(out, h.String())
	}
	return out
}

func TestLineHashes(t *testing.T) {
	for _, text := range []string{
		"", "\n", "a", "a\n", " \t a", "FROM debian:12\nUSER root\n",
		"FROM debian:12\r\nUSER root\r\n", "one\rtwo\r\rthree",
		strings.Repeat("x\n", 250), strings.Repeat("long line of text ", 40) + "\nshort",
		"wide 漢字 and 🚢\nanother 🚢", "\ufeffbom\n", strings.Repeat("\n", 120),
	} {
		require.Equal(t, lineHashesByDefinition(text), written(LineHashes(text)), "%q", text)
	}
}

func TestLineHashesIgnoreBlanksAndLineEndings(t *testing.T) {
	want := LineHashes("RUN a &&\n b\nUSER root\n")
	require.Equal(t, want, LineHashes("RUN\ta &&\r\n    b\r\nUSER  root\r\n"))
	require.NotEqual(t, want, LineHashes("RUN a &&\n b\nUSER r00t\n"))
}

func TestLineHashesOfEqualLinesDiffer(t *testing.T) {
	text := strings.Repeat("RUN true\n", 60)
	hashes := LineHashes(text)
	seen := map[LineHash]bool{}
	for _, h := range hashes {
		require.False(t, seen[h], "%s twice", h)
		seen[h] = true
	}
	require.True(t, strings.HasSuffix(hashes[1].String(), ":2"), hashes[1])
}

func TestLineHashesFollowMovedLines(t *testing.T) {
	body := "FROM debian:12\nRUN apt-get update\nUSER root\n"
	before, after := LineHashes(body), LineHashes("# a new first line\n"+body)
	require.Equal(t, before[0], after[1])
	require.Equal(t, before[2], after[3])
}

func FuzzLineHashes(f *testing.F) {
	f.Add("FROM a\nUSER b\n")
	f.Add("a\r\n\r\tb\r \nc")
	f.Add("\xff\xfe\n🚢")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "\ufffd")
		if strings.Contains(text, "\r ") || strings.Contains(text, "\r\t") {
			require.NotPanics(t, func() { LineHashes(text) })
			return
		}
		require.Equal(t, lineHashesByDefinition(text), written(LineHashes(text)))
	})
}
