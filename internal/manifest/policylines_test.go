package manifest

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

const abacLine = `{"apiVersion":"abac.authorization.kubernetes.io/v1beta1","kind":"Policy","spec":{"user":"%s","resource":"pods"}}`

func TestPoliciesAreReadByTheLine(t *testing.T) {
	a, b := fmt.Sprintf(abacLine, "a"), fmt.Sprintf(abacLine, "b")
	for name, tt := range map[string]struct{ file, text, want string }{
		"lines with a comment": {"abac-policy.jsonl", "# who\n" + a + "\n\n  " + b + "\n", ". plain: Policy Policy\n"},
		"one object a line":    {"auth.json", a + "\n" + b + "\n", ". plain: Policy Policy\n"},
		"one object":           {"auth.json", strings.ReplaceAll(a, ",", ",\n"), ". plain: Policy\n"},
		"a line that is none": {
			"abac.jsonl", a + "\n{\"user\": \"x\"}\n{\n",
			". plain partial: Policy\n! abac.jsonl:2 no policy of abac.authorization.kubernetes.io: one JSON object with apiVersion, kind and spec is expected on each line\n" +
				"! abac.jsonl:3 no policy of abac.authorization.kubernetes.io: one JSON object with apiVersion, kind and spec is expected on each line\n",
		},
		"other data":        {"events-auth.jsonl", `{"apiVersion": "v1", "kind": "Event"}` + "\n{\n", ". plain: \n"},
		"data by its name":  {"events.jsonl", a + "\n", ""},
		"too many mistakes": {"abac.jsonl", a + strings.Repeat("\n{}", 30), "more than the limit of 10000 policies or 20 mistakes in one file"},
	} {
		t.Run(name, func(t *testing.T) {
			got := summary(load(t, source.OpenFS(fstest.MapFS{tt.file: {Data: []byte(tt.text)}})))
			if name == "other data" {
				require.NotContains(t, got, "Policy")
				return
			}
			if !strings.HasSuffix(tt.want, "\n") && tt.want != "" {
				require.Contains(t, got, tt.want)
				return
			}
			require.Equal(t, tt.want, got)
		})
	}
}

func TestPolicyFieldsAreLocated(t *testing.T) {
	r := load(t, project("-- abac.jsonl --\n# é\n  "+fmt.Sprintf(abacLine, "a")+"\n")).Renders[0]
	s := r.Objects[0].Field("spec", "user").Span()
	require.Equal(t, `"a"`, s.Text())
	require.Equal(t, 2, s.Start.Line)
}

// FuzzPolicyLines reads policies of any text: nothing panics, and every place lies
// inside the file.
func FuzzPolicyLines(f *testing.F) {
	f.Add("# a\n" + fmt.Sprintf(abacLine, "a") + "\n{\"kind\": [\n")
	f.Add("\uFEFF" + fmt.Sprintf(abacLine, "é") + "\r\n" + "{apiVersion: &a x, kind: *a}")
	f.Fuzz(func(t *testing.T, text string) {
		objects, _ := policyLines(source.NewFile("abac.jsonl", text))
		for _, o := range objects {
			visit(o.Root(), func(f Field) { requireInside(t, f.Span()) })
			requireInside(t, o.Field("spec", "x").Span())
		}
	})
}

func TestEmbeddedFieldsAreLocated(t *testing.T) {
	r := load(t, project(`
-- a.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  literal: |2

      # an é before
      kind: X
      a: "b"
  folded: >
    kind: X
  broken: "kind: X\n---\n{"
`)).Renders[0].Objects[0].Field("data")
	literal, err := r.Get("literal").Embedded()
	require.NoError(t, err)
	require.Equal(t, "a.yaml:9:10", literal[0].Field("a").Span().String())
	require.Equal(t, `"b"`, literal[0].Field("a").Span().Text())
	require.Equal(t, "X", literal[0].String())
	folded, err := r.Get("folded").Embedded()
	require.NoError(t, err)
	require.Equal(t, 10, folded[0].Root().Span().Start.Line)
	broken, err := r.Get("broken").Embedded()
	require.Error(t, err)
	require.Len(t, broken, 1)
	require.Equal(t, 12, broken[0].Root().Span().Start.Line)
	none, err := r.Get("absent").Embedded()
	require.NoError(t, err)
	require.Empty(t, none)
}
