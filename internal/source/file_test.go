package source_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestPositions(t *testing.T) {
	f := source.NewFile("a", "ab\r\nçd\n\nlast")
	require.Equal(t, 4, f.LineCount())
	require.Equal(t, "ab", f.Line(1))
	require.Equal(t, "çd", f.Line(2))
	require.Equal(t, "", f.Line(3))
	require.Equal(t, "", f.Line(9))
	require.Equal(t, source.Pos{Line: 2, Column: 2, Offset: 6}, f.Pos(6), "columns count code points")
	require.Equal(t, f.Pos(6), f.PosAt(2, 2))
	require.Equal(t, f.Pos(len(f.Text)), f.Pos(1000), "clamped")
	require.Equal(t, 1, source.NewFile("e", "").LineCount())
	require.Equal(t, 1, source.NewFile("e", "x\n").LineCount())
}

func TestSpans(t *testing.T) {
	f := source.NewFile("dir/f", "  key: value  \nnext\n")
	require.Equal(t, "key: value", f.LineSpan(1).Text())
	require.Equal(t, "dir/f:1:3", f.LineSpan(1).String())
	both := f.Span(2, 18)
	require.Equal(t, "key: value  \nnex", both.Text())
	require.Equal(t, "key: value  ", both.FirstLine().Text())
	require.Equal(t, "next", f.LineSpan(99).Text())
	require.Equal(t, "-", source.Span{}.String())
	require.False(t, source.Span{}.Valid())
}

// Every offset must come back as itself from its line and column.
func FuzzPositions(f *testing.F) {
	f.Add("ab\r\nçd\n\nlast", 3)
	f.Add("\xff\xfe\n", 1)
	f.Fuzz(func(t *testing.T, text string, offset int) {
		file := source.NewFile("f", text)
		p := file.Pos(offset)
		if p.Offset < 0 || p.Offset > len(text) || p.Line < 1 || p.Column < 1 {
			t.Fatalf("%+v lies outside", p)
		}
		if back := file.PosAt(p.Line, p.Column); back.Line != p.Line || back.Column > p.Column {
			t.Fatalf("%+v came back as %+v", p, back)
		}
		for line := 1; line <= file.LineCount(); line++ {
			if s := file.LineSpan(line); s.Start.Line != line {
				t.Fatalf("line %d has span %v", line, s)
			}
		}
	})
}

func TestApply(t *testing.T) {
	f := source.NewFile("f", "one two three")
	got, err := source.Apply(f, []source.Edit{{Span: f.Span(8, 13), New: "3"}, {Span: f.Span(0, 3), New: "1"}, {Span: f.Span(4, 4), New: "+ "}})
	require.NoError(t, err)
	require.Equal(t, "1 + two 3", got.Text)
	_, err = source.Apply(f, []source.Edit{{Span: f.Span(0, 5)}, {Span: f.Span(4, 6)}})
	require.ErrorContains(t, err, "overlap")
	_, err = source.Apply(source.NewFile("g", "x"), []source.Edit{{Span: f.Span(0, 1)}})
	require.Error(t, err)
}

func TestMatchGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"third_party/**", "third_party/a/b.yaml", true},
		{"third_party", "third_party/a/b.yaml", true},
		{"./third_party/", "third_party/a", true},
		{"**/testdata/**", "a/b/testdata/c", true},
		{"**/testdata/**", "testdata/c", true},
		{"*.yaml", "a.yaml", true},
		{"*.yaml", "dir/a.yaml", false},
		{"**/*.yaml", "dir/deep/a.yaml", true},
		{"dir/a", "dir/ab", false},
		{"[", "a", false},
		{"a/**/b/**/c", "a/x/b/y/z/c", true},
		{"a/**/b/**/c", "a/x/b/y/z/d", false},
		{"a/**/b", "a/b", true},
		{"**/b/c", "b/b/c", true},
		{strings.Repeat("**/", 200) + "x", strings.Repeat("a/", 60) + "b", false},
	} {
		require.Equal(t, c.want, source.MatchGlob(c.pattern, c.name), "%s on %s", c.pattern, c.name)
	}
}
