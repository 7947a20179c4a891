package fix_test

import (
	"io/fs"
	"os"
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
	"github.com/tidewaiter/tidewaiter/internal/rules"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// corpus is the folder of real repositories.
func corpus(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("TIDEWAITER_CORPUS")
	if dir == "" {
		t.Skip("TIDEWAITER_CORPUS is not set: no fix of a real file was proven")
	}
	return dir
}

// over is a file system with some files changed.
type over struct {
	fs.FS
	changed fstest.MapFS
}

func (o over) Open(name string) (fs.File, error) {
	if o.changed[name] != nil {
		return o.changed.Open(name)
	}
	return o.FS.Open(name)
}

func (o over) ReadLink(name string) (string, error) { return fs.ReadLink(o.FS, name) }

func (o over) Lstat(name string) (fs.FileInfo, error) { return fs.Lstat(o.FS, name) }

// texts are the Dockerfiles of the corpus, and each of them once more as on
// Windows, with a byte order mark and without its last line feed.
func texts(t *testing.T) fstest.MapFS {
	t.Helper()
	repo, err := source.Open(corpus(t))
	require.NoError(t, err)
	defer repo.Close()
	files, _ := dockerfile.Load(t.Context(), repo, nil)
	require.NotEmpty(t, files)
	out := fstest.MapFS{}
	for _, f := range files {
		text := f.Source.Text
		out[f.Source.Path] = &fstest.MapFile{Data: []byte(text)}
		windows := "\ufeff" + strings.ReplaceAll(strings.ReplaceAll(strings.TrimRight(text, "\r\n"), "\r\n", "\n"), "\n", "\r\n")
		out["windows/"+f.Source.Path] = &fstest.MapFile{Data: []byte(windows)}
	}
	return out
}

// judge runs every rule over files, with a digest for whatever one is asked for.
func judge(t *testing.T, files fstest.MapFS) (fix.World, []rule.Finding) {
	t.Helper()
	return judgeRepo(t, source.OpenFS(files))
}

func judgeRepo(t *testing.T, repo *source.Repo) (fix.World, []rule.Finding) {
	t.Helper()
	p, err := facts.Load(t.Context(), facts.Sources{Repo: repo})
	require.NoError(t, err)
	all := rules.All()
	w := fix.World{Project: p, Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	for i := range all {
		w.Rules = append(w.Rules, rule.Configured{Rule: &all[i]})
	}
	found, err := rule.Run(w.Rules, p, w.Now)
	require.NoError(t, err)
	return w, fix.Prepare(fix.Fill(found, every, func(rule.Lookup) string { return "sha256:" + strings.Repeat("0123456789abcdef", 4) }))
}

func tally(found []rule.Finding) map[[3]string]int {
	out := map[[3]string]int{}
	for _, f := range found {
		out[[3]string{f.Rule.ID, f.At.Path(), f.Key}]++
	}
	return out
}

func sum(counts map[string]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// Every fix that is offered for the corpus is made alone, the file is read from
// its text again, and all rules are run: its finding is gone, and none is new.
func TestCorpusFixesHoldAlone(t *testing.T) {
	files := texts(t)
	w, found := judge(t, files)
	proof := w.Prove(t.Context(), found, every)
	offered, dropped := map[string]int{}, map[string]int{}
	for i, f := range found {
		if f.Fix == nil || len(f.Fix.Edits) == 0 {
			continue
		}
		path := f.Fix.Edits[0].Span.Path()
		if files[path] == nil {
			continue
		}
		if !proof.Holds[i] {
			dropped[f.Rule.ID]++
			t.Logf("not offered: %s %s %s: %s", f.Rule.ID, f.At, f.Fix.Title, f.At.FirstLine().Text())
			continue
		}
		offered[f.Rule.ID]++
		after, err := source.Apply(f.Fix.Edits[0].Span.File, f.Fix.Edits)
		require.NoError(t, err)
		_, before := judge(t, fstest.MapFS{path: files[path]})
		_, now := judge(t, fstest.MapFS{path: {Data: []byte(after.Text)}})
		was, is := tally(before), tally(now)
		id := [3]string{f.Rule.ID, f.At.Path(), f.Key}
		require.Equal(t, was[id]-1, is[id], "%s %s: %s", f.Rule.ID, f.At, f.Fix.Title)
		for id, n := range is {
			require.LessOrEqual(t, n, was[id], "%s %s: %s brings %v", f.Rule.ID, f.At, f.Fix.Title, id)
		}
	}
	t.Log("offered", offered, "not proven", dropped)
	require.NotEmpty(t, offered)
	require.LessOrEqual(t, 10*sum(dropped), sum(offered), "most edits should hold: does reading a file again know less than the first time?")
}

// All that is offered for the corpus can be made together; what is left offers
// nothing that would not hold, and line endings and byte order marks stay.
func TestCorpusFixesHoldTogether(t *testing.T) {
	files := texts(t)
	w, found := judge(t, files)
	proof := w.Prove(t.Context(), found, every)
	require.NotEmpty(t, proof.Batches)
	for _, batch := range proof.Batches {
		repaired := fstest.MapFS{}
		for _, d := range w.Apply(t.Context(), found, batch).Project.Dockerfiles {
			old, text := string(files[d.Source.Path].Data), d.Source.Text
			repaired[d.Source.Path] = &fstest.MapFile{Data: []byte(text)}
			require.Equal(t, strings.HasPrefix(old, "\ufeff"), strings.HasPrefix(text, "\ufeff"), d.Source.Path)
			require.Equal(t, strings.HasSuffix(old, "\n"), strings.HasSuffix(text, "\n"), d.Source.Path)
			if !strings.Contains(strings.ReplaceAll(old, "\r\n", ""), "\n") {
				require.NotContains(t, strings.ReplaceAll(text, "\r\n", ""), "\n", d.Source.Path)
			}
		}
		_, after := judge(t, repaired)
		was, is := tally(found), tally(after)
		for _, i := range batch {
			id := [3]string{found[i].Rule.ID, found[i].At.Path(), found[i].Key}
			require.Less(t, is[id], was[id], "%s %s", found[i].Rule.ID, found[i].At)
		}
		for id, n := range is {
			require.LessOrEqual(t, n, was[id], "%v is new", id)
		}
	}
	t.Log(len(slices.Concat(proof.Batches...)), "fixes in", len(proof.Batches), "batches")
}
