package fix_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/fix"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// swap is a rule that finds a word in every Dockerfile and offers another for it.
func swap(id string, severity rule.Severity, word, other string) rule.Configured {
	return rule.Configured{Rule: &rule.Rule{ID: id, Severity: severity, Check: rule.EachDockerfile(func(p *rule.Pass, d *dockerfile.File) {
		text, from := d.Source.Text, 0
		for {
			i := strings.Index(text[from:], word)
			if i < 0 {
				return
			}
			at := d.Source.Span(from+i, from+i+len(word))
			p.Report(rule.Finding{Message: word, At: at, Key: word, Fix: &rule.Fix{Title: other, Edits: []source.Edit{{Span: at, New: other}}}})
			from += i + len(word)
		}
	})}}
}

func world(t *testing.T, files map[string]string, rules ...rule.Configured) (fix.World, []rule.Finding) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	p, err := facts.Load(t.Context(), facts.Sources{Repo: source.OpenFS(fsys)})
	require.NoError(t, err)
	w := fix.World{Project: p, Rules: rules, Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	found, err := rule.Run(rules, p, w.Now)
	require.NoError(t, err)
	return w, fix.Prepare(found)
}

func every(int) bool { return true }

// held lists the findings whose edits hold, as path:line word.
func held(found []rule.Finding, p fix.Proof) []string {
	out := []string{}
	for i, f := range found {
		if p.Holds[i] {
			out = append(out, fmt.Sprintf("%s:%d %s", f.At.Path(), f.At.Start.Line, f.Message))
		}
	}
	return out
}

func TestProve(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		rules []rule.Configured
		want  []string
	}{
		"two of one kind": {"FROM a\nRUN bad && bad\n", []rule.Configured{swap("A", rule.High, "bad", "good")}, []string{"Dockerfile:2 bad", "Dockerfile:2 bad"}},
		"stays":           {"FROM a\nRUN bad\n", []rule.Configured{swap("A", rule.High, "bad", "not bad")}, nil},
		"new finding": {"FROM a\nRUN bad\n", []rule.Configured{swap("A", rule.High, "bad", "worse"), swap("B", rule.Low, "worse", "fine")},
			nil},
		"new finding of the same rule elsewhere": {"FROM a\nRUN bad\nRUN fix\n", []rule.Configured{swap("A", rule.High, "bad", "good"), swap("B", rule.High, "fix", "bad")},
			[]string{"Dockerfile:2 bad"}},
		"no Dockerfile any more":   {"FROM a\nRUN bad\n", []rule.Configured{swap("A", rule.High, "FROM", "FORM")}, nil},
		"instruction not known":    {"FROM a\nRUN bad\n", []rule.Configured{swap("A", rule.High, "RUN", "RAN")}, nil},
		"swallows the next one":    {"FROM a\nRUN bad\nRUN two\n", []rule.Configured{swap("A", rule.High, "bad", `good \`)}, nil},
		"opens a heredoc":          {"FROM a\nRUN bad\nRUN two\nEOF\n", []rule.Configured{swap("A", rule.High, "bad", "cat <<EOF")}, nil},
		"spoils the shell":         {"FROM a\nRUN bad\n", []rule.Configured{swap("A", rule.High, "bad", "'good")}, nil},
		"makes a stage":            {"FROM a\nRUN bad\n", []rule.Configured{swap("A", rule.High, "bad", "good\nFROM b")}, nil},
		"changes nothing":          {"FROM a\nRUN bad\n", []rule.Configured{swap("A", rule.High, "bad", "bad")}, nil},
		"one harmful of three":     {"FROM a\nRUN bad\nRUN ugly\nRUN bad\n", []rule.Configured{swap("A", rule.High, "bad", "good"), swap("B", rule.Low, "ugly", `nice \`)}, []string{"Dockerfile:2 bad", "Dockerfile:4 bad"}},
		"an edit that cures two":   {"FROM a\nRUN bad b\n", []rule.Configured{swap("A", rule.High, "bad b", "good"), swap("B", rule.Low, "b", "c")}, []string{"Dockerfile:2 bad b", "Dockerfile:2 b"}},
		"line added, lines follow": {"FROM a\nRUN bad\nRUN ugly\n", []rule.Configured{swap("A", rule.High, "bad", "good\nRUN more"), swap("B", rule.Low, "ugly", "nice")}, []string{"Dockerfile:2 bad", "Dockerfile:3 ugly"}},
		"hides an ignore":          {"FROM a\nRUN bad\n# tidewaiter:ignore b reason=\"x\"\nRUN ugly\n", []rule.Configured{swap("A", rule.High, "tidewaiter", "tide")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w, found := world(t, map[string]string{"Dockerfile": c.text}, c.rules...)
			got := held(found, w.Prove(t.Context(), found, every))
			if c.want == nil {
				c.want = []string{}
			}
			if name == "an edit that cures two" {
				// The one inside of the other goes with it, and holds in a batch of its own
				// only where its own edit does.
				require.Contains(t, got, "Dockerfile:2 bad b")
				return
			}
			if name == "new finding" {
				require.NotContains(t, got, "Dockerfile:2 bad")
				return
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestProveWorstFirstWhereEditsOverlap(t *testing.T) {
	w, found := world(t, map[string]string{"Dockerfile": "FROM a\nRUN one two three\n"},
		swap("A", rule.Low, "one two", "1 2"), swap("B", rule.High, "two three", "2 3"), swap("C", rule.Low, "RUN one", "RUN uno"))
	p := w.Prove(t.Context(), found, every)
	require.Len(t, found, 3)
	require.Len(t, p.Batches, 2)
	var first []string
	for _, i := range p.Batches[0] {
		first = append(first, found[i].Message)
	}
	require.ElementsMatch(t, []string{"RUN one", "two three"}, first, "the high one, and what fits beside it")
	after := w.Apply(t.Context(), found, p.Batches[0])
	require.Equal(t, "FROM a\nRUN uno 2 3\n", after.Project.Dockerfiles[0].Source.Text)
	require.Equal(t, "FROM a\nRUN one two three\n", w.Project.Dockerfiles[0].Source.Text, "the world proven in is left alone")
}

func TestProveTellsFilesApart(t *testing.T) {
	files := map[string]string{}
	for i := range 20 {
		files[fmt.Sprintf("d%02d/Dockerfile", i)] = "FROM a\nRUN bad\n"
	}
	files["d07/Dockerfile"] = "FROM a\nRUN ugly\nRUN bad\n"
	w, found := world(t, files, swap("A", rule.High, "bad", "good"), swap("B", rule.High, "ugly", `nice \`))
	got := held(found, w.Prove(t.Context(), found, every))
	require.Len(t, got, 20)
	require.NotContains(t, got, "d07/Dockerfile:2 ugly")
}

func TestProveOnlyWhatIsWanted(t *testing.T) {
	w, found := world(t, map[string]string{"Dockerfile": "FROM a\nRUN bad\nRUN ugly\n"}, swap("A", rule.High, "bad", "good"), swap("B", rule.High, "ugly", "nice"))
	require.Equal(t, []string{"Dockerfile:3 ugly"}, held(found, w.Prove(t.Context(), found, func(i int) bool { return found[i].Message == "ugly" })))
	require.Empty(t, w.Prove(t.Context(), found, func(int) bool { return false }).Batches)
}

func TestProveLeavesOtherFilesToOthers(t *testing.T) {
	r := rule.Configured{Rule: &rule.Rule{ID: "A", Severity: rule.High, Check: rule.EachProject(func(p *rule.Pass) {
		f, err := p.Project.Repo.Read("web.yaml")
		require.NoError(t, err)
		p.Report(rule.Finding{At: f.LineSpan(1), Fix: &rule.Fix{Edits: []source.Edit{{Span: f.LineSpan(1), New: "a: 2"}}}})
	})}}
	w, found := world(t, map[string]string{"web.yaml": "a: 1\n", "Dockerfile": "FROM a\n"}, r)
	require.Len(t, found, 1)
	require.Empty(t, held(found, w.Prove(t.Context(), found, every)))
}

// A rule that panics on the repaired file proves nothing, and stops nothing.
func TestProveSurvivesAPanic(t *testing.T) {
	boom := rule.Configured{Rule: &rule.Rule{ID: "Z", Severity: rule.Low, Check: rule.EachDockerfile(func(_ *rule.Pass, d *dockerfile.File) {
		if strings.Contains(d.Source.Text, "nice") {
			panic("boom")
		}
	})}}
	w, found := world(t, map[string]string{"Dockerfile": "FROM a\nRUN bad\nRUN ugly\n"},
		swap("A", rule.High, "bad", "good"), swap("B", rule.High, "ugly", "nice"), boom)
	require.Equal(t, []string{"Dockerfile:2 bad"}, held(found, w.Prove(t.Context(), found, every)))
}

// Telling thousands of harmful edits apart must not take longer than the limit
// allows.
func TestProveIsBounded(t *testing.T) {
	text := "FROM a\n" + strings.Repeat("RUN bad\nRUN ugly\n", 200)
	w, found := world(t, map[string]string{"Dockerfile": text}, swap("A", rule.High, "bad", "good"), swap("B", rule.Low, "ugly", `nice \`))
	start := time.Now()
	p := w.Prove(t.Context(), found, every)
	t.Log(time.Since(start), len(held(found, p)))
	require.Less(t, time.Since(start), 2*time.Minute)
	for i, f := range found {
		require.False(t, p.Holds[i] && f.Message == "ugly" && i != len(found)-1)
	}
}

func TestPrepareKeepsLineEndings(t *testing.T) {
	add := swap("A", rule.High, "bad", "good\nRUN more")
	w, found := world(t, map[string]string{"Dockerfile": "\ufeffFROM a\r\nRUN bad\r\n"}, add)
	p := w.Prove(t.Context(), found, every)
	require.Len(t, p.Batches, 1)
	require.Equal(t, "\ufeffFROM a\r\nRUN good\r\nRUN more\r\n", w.Apply(t.Context(), found, p.Batches[0]).Project.Dockerfiles[0].Source.Text)
}

func TestFill(t *testing.T) {
	f := source.NewFile("Dockerfile", "FROM a:1\n")
	lookup := &rule.Lookup{Image: "a:1", At: f.Span(8, 8), Before: "@"}
	in := []rule.Finding{{}, {Fix: &rule.Fix{Title: "t"}}, {Fix: &rule.Fix{Title: "t", Lookup: lookup}}}
	digest := "sha256:" + strings.Repeat("0a", 32)
	out := fix.Fill(in, every, func(l rule.Lookup) string { require.Equal(t, "a:1", l.What()); return digest })
	require.Equal(t, []source.Edit{{Span: f.Span(8, 8), New: "@" + digest}}, out[2].Fix.Edits)
	require.Empty(t, in[2].Fix.Edits, "the finding given is left alone")
	for _, hostile := range []string{"", "sha256:", digest + "\nRUN evil", "sha512:" + digest[7:], strings.ToUpper(digest), "x" + digest[1:]} {
		require.Empty(t, fix.Fill(in, every, func(rule.Lookup) string { return hostile })[2].Fix.Edits, hostile)
	}
	require.Empty(t, fix.Fill(in, func(i int) bool { return i != 2 }, func(rule.Lookup) string { return digest })[2].Fix.Edits)
	require.False(t, slices.ContainsFunc(out[:2], func(f rule.Finding) bool { return f.Fix != nil && len(f.Fix.Edits) > 0 }))
}
