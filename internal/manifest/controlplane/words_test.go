package controlplane

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestScriptsAreSplitIntoWords(t *testing.T) {
	for script, want := range map[string]string{
		"a b\tc":                    "a b c",
		"a 'b c' \"d\"e":            "a|b c|de",
		"a; b && c | d\n(e)":        "a||b|||c||d|||e|",
		"a \\\n  b\\ c":             "a|b c",
		"a # b 'c\nd#e":             "a||d#e",
		"--x='y' > z":               "--x=y||z",
		"a 'b":                      "a|b",
		"":                          "",
		"# only a comment":          "",
		strings.Repeat("a ", 3):     "a a a",
		"FOO=\"x y\" exec kubelet&": "FOO=x y|exec|kubelet|",
	} {
		got := strings.Join(split(script), "|")
		if !strings.Contains(want, "|") {
			want = strings.ReplaceAll(want, " ", "|")
		}
		require.Equal(t, want, got, script)
	}
}
