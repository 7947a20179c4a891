package yamldoc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/yamldoc"
	"go.yaml.in/yaml/v3"
)

// scalars lists every scalar of a text as "line:column value=token".
func scalars(t *testing.T, text string) []string {
	t.Helper()
	docs, err := yamldoc.Parse(source.NewFile("f.yaml", text))
	require.NoError(t, err)
	var out []string
	for _, d := range docs {
		var walk func(n *yaml.Node)
		walk = func(n *yaml.Node) {
			if n.Kind == yaml.ScalarNode {
				s := d.Span(n)
				out = append(out, fmt.Sprintf("%d:%d %q=%q", s.Start.Line, s.Start.Column, n.Value, s.Text()))
			}
			for _, c := range n.Content {
				walk(c)
			}
		}
		walk(d.Root)
	}
	return out
}

func TestScalarsAreWhereTheyStand(t *testing.T) {
	for name, tt := range map[string]struct {
		text string
		want []string
	}{
		"plain":             {"a: b # c\n", []string{`1:1 "a"="a"`, `1:4 "b"="b"`}},
		"quoted":            {"a: \"x\\\"y\"\nb: 'it''s'\n", []string{`1:1 "a"="a"`, `1:4 "x\"y"="\"x\\\"y\""`, `2:1 "b"="b"`, `2:4 "it's"="'it''s'"`}},
		"anchor and tag":    {"a: &x !!str b\n", []string{`1:1 "a"="a"`, `1:13 "b"="b"`}},
		"literal":           {"a: |-\n  x\n\n  y\nb: c\n", []string{`1:1 "a"="a"`, `1:4 "x\n\ny"="|-\n  x\n\n  y"`, `5:1 "b"="b"`, `5:4 "c"="c"`}},
		"folded in a list":  {"- >\n  x\n- b\n", []string{`1:3 "x\n"=">\n  x"`, `3:3 "b"="b"`}},
		"empty literal":     {"a: |\nb: c\n", []string{`1:1 "a"="a"`, `1:4 ""="|"`, `2:1 "b"="b"`, `2:4 "c"="c"`}},
		"several lines":     {"a: one # no\nb: one\n  two\n", []string{`1:1 "a"="a"`, `1:4 "one"="one"`, `2:1 "b"="b"`, `2:4 "one two"="one"`}},
		"flow":              {"{a: [b, \"c\"]}", []string{`1:2 "a"="a"`, `1:6 "b"="b"`, `1:9 "c"="\"c\""`}},
		"empty value":       {"a:\nb: c", []string{`1:1 "a"="a"`, `1:3 ""=""`, `2:1 "b"="b"`, `2:4 "c"="c"`}},
		"Windows lines":     {"a: b\r\nc: d\r\n", []string{`1:1 "a"="a"`, `1:4 "b"="b"`, `2:1 "c"="c"`, `2:4 "d"="d"`}},
		"byte order mark":   {"\uFEFFa: b\n", []string{`1:2 "a"="a"`, `1:5 "b"="b"`}},
		"mark and document": {"\uFEFF---\na: b\n", []string{`2:1 "a"="a"`, `2:4 "b"="b"`}},
		"wide characters":   {"ä: ü\n\"ö\": {ß: é}\n", []string{`1:1 "ä"="ä"`, `1:4 "ü"="ü"`, `2:1 "ö"="\"ö\""`, `2:7 "ß"="ß"`, `2:10 "é"="é"`}},
		"documents":         {"# c\n---\na: b\n--- # d\n---\nc: d\n...\n---\n", []string{`3:1 "a"="a"`, `3:4 "b"="b"`, `6:1 "c"="c"`, `6:4 "d"="d"`}},
		"directive":         {"%YAML 1.1\n---\na: b\n", []string{`3:1 "a"="a"`, `3:4 "b"="b"`}},
		"other line breaks": {"a: b\u2028c: d\ne: \"f\rg\"\nh: i\n", []string{`1:1 "a"="a"`, `1:4 "b"="b"`, `1:6 "c"="c"`, `1:9 "d"="d"`, `2:1 "e"="e"`, `2:4 "f g"="\"f\rg\""`, `3:1 "h"="h"`, `3:4 "i"="i"`}},
		"JSON":              {"{\n\t\"a\": 1,\n\t\"b\": [true]\n}\n", []string{`2:2 "a"="\"a\""`, `2:7 "1"="1"`, `3:2 "b"="\"b\""`, `3:8 "true"="true"`}},
		"nothing":           {"", nil},
		"only comments":     {"# a\n---\n# b\n", nil},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, tt.want, scalars(t, tt.text)) })
	}
}

func TestDocumentsKnowTheirLines(t *testing.T) {
	docs, err := yamldoc.Parse(source.NewFile("f", "a: b\nc: d\n---\n\ne: f\n--- # x\ng: h"))
	require.NoError(t, err)
	require.Len(t, docs, 3)
	require.Equal(t, [2]int{1, 2}, [2]int{docs[0].First, docs[0].Last})
	require.Equal(t, [2]int{4, 5}, [2]int{docs[1].First, docs[1].Last})
	require.Equal(t, [2]int{7, 7}, [2]int{docs[2].First, docs[2].Last})
	require.Equal(t, 2, docs[0].LastLine(docs[0].Root))
}

func TestOneBadDocumentHidesNoOther(t *testing.T) {
	docs, err := yamldoc.Parse(source.NewFile("f.yaml", "a: b\n---\nx: [\n---\nc: d\n---\n\ty: z\n"))
	require.Len(t, docs, 2)
	errs := yamldoc.Errors(err)
	require.Len(t, errs, 2)
	require.EqualError(t, errs[0], "f.yaml:3: not valid YAML: did not find expected node content")
	require.EqualError(t, errs[1], "f.yaml:7: not valid YAML: found character that cannot start any token")
	require.Empty(t, yamldoc.Errors(nil))
	require.Empty(t, yamldoc.Errors(fmt.Errorf("other")))
}

func TestErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]int{
		"a: b\nc: d: e\n":      2,
		"a: b\nb: {c: d\ne: f": 2,
		"a:\n  - b\n c: d\n":   3,
		"a: *x\n":              1,
		"a: \"b\nc: d\n":       1,
	} {
		_, err := yamldoc.Parse(source.NewFile("f", text))
		errs := yamldoc.Errors(err)
		require.Len(t, errs, 1, "%q", text)
		require.InDelta(t, want, errs[0].At.Start.Line, 1, "%q: %v", text, errs[0])
	}
}

func TestDuplicateKeys(t *testing.T) {
	docs, err := yamldoc.Parse(source.NewFile("f", "a: 1\nb:\n  c: 1\n  \"c\": 2\na: 2\n<<: {d: 1}\n<<: {e: 1}\n"))
	require.NoError(t, err)
	require.Len(t, docs[0].Duplicates, 2)
	require.Equal(t, "a", docs[0].Duplicates[0].Key)
	require.Equal(t, "f:5:1", docs[0].Duplicates[0].At.String())
	require.Equal(t, "f:1:1", docs[0].Duplicates[0].First.String())
	require.Equal(t, "f:4:3", docs[0].Duplicates[1].At.String())
}

func TestLimitsAreNamed(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for i := range 7 {
		bomb += fmt.Sprintf("%[2]c: &%[2]c [%[1]s]\n", strings.Repeat(fmt.Sprintf("*%c, ", 'a'+i), 10), 'b'+i)
	}
	wide := ""
	for i := range yamldoc.MaxKeys + 1 {
		wide += fmt.Sprintf("  k%d: v\n", i)
	}
	for text, want := range map[string]string{
		bomb:                               "more than the limit of 1000000 nodes once its aliases are expanded",
		"a: &a {b: *a}\n":                  "an anchor contains an alias to itself",
		"a: &a [1]\nb: &b [*a, {c: *b}]\n": "an anchor contains an alias to itself",
		strings.Repeat("[", 600) + strings.Repeat("]", 600): "nested deeper than the limit of 512 levels",
		"a:\n" + wide:                         "a map with more than the limit of 10000 keys",
		strings.Repeat("---\na: b\n", 10_001): "more than the limit of 10000 documents in one file",
	} {
		_, err := yamldoc.Parse(source.NewFile("f", text))
		require.ErrorContains(t, err, want)
	}
	_, err := yamldoc.Parse(source.NewFile("f", "a: &a [x, x]\nb: [*a, *a]\n"))
	require.NoError(t, err)
}

func TestMaskedTextKeepsPlaces(t *testing.T) {
	f := source.NewFile("f", "a: secret\nb: c\n")
	docs, err := yamldoc.ParseMasked(f, "a:       \nb: c\n")
	require.NoError(t, err)
	require.Equal(t, "f:2:4", docs[0].Span(docs[0].Root.Content[3]).String())
	_, err = yamldoc.ParseMasked(f, "a: b\n")
	require.ErrorContains(t, err, "masked text of 5 bytes for a file of 15")
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"a: b\n", "- &x [1, *x]\n", "\uFEFF---\na: |\n  b\n...\n", "{\"a\": [1, 2.5, null]}", "a: 'b''c' # d\r\n", "%YAML 1.2\n--- !!map\n<<: {a: b}\n", "a:\u2028 b\u0085c: \"d\\\"\n e\"", "--- >\n x\n--- |2\n   y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<16 {
			return
		}
		file := source.NewFile("f", text)
		docs, err := yamldoc.Parse(file)
		for _, e := range yamldoc.Errors(err) {
			requireInside(t, file, e.At)
		}
		for _, d := range docs {
			var walk func(n *yaml.Node)
			walk = func(n *yaml.Node) {
				requireInside(t, file, d.Span(n))
				d.LastLine(n)
				for _, c := range n.Content {
					walk(c)
				}
			}
			walk(d.Root)
		}
	})
}

func requireInside(t *testing.T, f *source.File, s source.Span) {
	t.Helper()
	if !s.Valid() || s.Start.Offset < 0 || s.End.Offset > len(f.Text) || s.Start.Offset > s.End.Offset || s.Start.Line > f.LineCount()+1 {
		t.Fatalf("%v..%v outside of %q", s.Start, s.End, f.Text)
	}
}
