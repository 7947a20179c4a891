package dockerfile_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// FuzzParse holds that no text crashes the reader, that every place lies inside
// the file, and that words of one line are the text at their place.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"FROM a:1\nRUN cu\\\nrl x | sh\n",
		"FROM a:1\nRUN <<EOF bash\nset -e\nEOF\n",
		"FROM a:1\nRUN <<-A cat <<B >x\n\ta\n\tA\nb\nB\n",
		"# escape=`\nFROM a:1\r\nENV A=1 `\r\n B=2\r\n",
		"\ufeff# syntax=docker/dockerfile:1\nARG V=1\nFROM a:${V:-2}@sha256:x AS b\nFROM b\nCOPY --from=0 [\"\\u00e9\", \"/\"]\n",
		"FROM a:1\nONBUILD RUN [\"sh\", \"-c\", \"a \\\"b\\\" $(c)\"]\n",
		"FROM a:1\n# check=skip=all\nRUN --mount=type=bind,from=b,target=/x eval \"$(curl 'x')\" <(y) `z`\n",
		"FROM a:1\n# hadolint ignore=DL3008\nRUN a \\\n # tidewaiter:ignore x reason=\"y\"\n && b\n",
		"FROM a:1\nRUN sh -c \"a \\\"$X\\\" && b\" <<< c\n",
		"FROM a:1\nSHELL [\"cmd\"]\nRUN dir\nENV a b c\nLABEL x=\"y\nz\"\n",
		"RUN a \\\n\n b\nUSER $X\nFROM a:1 as X\n",
		"# check=error=true;experimental=all\n# x\nFROM a:1 AS x\nWORKDIR $A\nONBUILD ENV A=$A$A\nFROM x\nEXPOSE 1-3/TCP\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return // source.Repo never hands such a file over
		}
		file, err := dockerfile.Parse(source.NewFile("Dockerfile", text))
		if err != nil {
			return
		}
		file.Check(t.Context(), nil)
		for _, w := range file.Lint {
			require.True(t, 1 <= w.First && w.First <= w.Last && w.Last <= file.Source.LineCount(), "%+v", w)
		}
		for in := range file.Instructions() {
			inside(t, in.Span, text)
			for _, w := range in.Args {
				inside(t, w.At, text)
			}
			for _, p := range in.Pairs {
				inside(t, p.Key.At, text)
				inside(t, p.Value.At, text)
			}
			in.MatchesHistory(text)
			if in.Run == nil {
				continue
			}
			for _, c := range in.Run.Commands {
				inside(t, c.At, text)
				for _, w := range c.Args {
					inside(t, w.At, text)
				}
			}
		}
		for _, n := range file.NotAnalysed {
			require.LessOrEqual(t, n.Line, file.Source.LineCount())
			require.NotContains(t, n.Reason, "columns of this instruction", "our joined text differs from BuildKit's")
		}
	})
}

func inside(t *testing.T, s source.Span, text string) {
	t.Helper()
	if !s.Valid() {
		return
	}
	require.GreaterOrEqual(t, s.Start.Offset, 0)
	require.LessOrEqual(t, s.Start.Offset, s.End.Offset)
	require.LessOrEqual(t, s.End.Offset, len(text))
}
