package manifesttest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/manifesttest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// corpusVariable names the folder of public repositories to run against.
const corpusVariable = "TIDEWAITER_CORPUS"

func TestProvenanceOfOwnProjects(t *testing.T) {
	var total manifesttest.Count
	for name, fsys := range manifesttest.Projects(t, "../testdata") {
		got := manifesttest.Provenance(t, fsys)
		t.Logf("%s: %v", name, got)
		total = total.Add(got)
	}
	requireRight(t, total)
}

// TestProvenanceOfRandomProjects is about everything that kustomize can do
// together, in an order nobody has thought of.
func TestProvenanceOfRandomProjects(t *testing.T) {
	first, n := uint64(1), uint64(8)
	if text := os.Getenv("TIDEWAITER_SEED"); text != "" { // "FIRST COUNT", to look longer
		_, err := fmt.Sscan(text, &first, &n)
		require.NoError(t, err)
	}
	var total manifesttest.Count
	rendered := 0
	for seed := first; seed < first+n; seed++ {
		got := manifesttest.Provenance(t, manifesttest.Random(seed))
		for _, w := range got.Wrong {
			t.Logf("seed %d: %s", seed, w)
		}
		if got.Leaves > 0 {
			rendered++
		}
		total = total.Add(got)
	}
	t.Logf("%d of %d projects render", rendered, n)
	require.Greater(t, 2*rendered, int(n), "what does not render proves nothing")
	requireRight(t, total)
}

// TestOracleSeesWrongPlaces shows that the oracle would notice: it is asked
// about a repository in which two fields are written on swapped lines.
func TestOracleSeesWrongPlaces(t *testing.T) {
	fsys := fstest.MapFS{
		"kustomization.yaml": {Data: []byte("resources: [a.yaml]\n")},
		"a.yaml":             {Data: []byte("apiVersion: v1\nkind: Thing\nmetadata: {name: a}\nspec:\n  one: x1\n  two: x2\n")},
	}
	moved := manifesttest.ProvenanceOf(t, fsys, func(f manifest.Field) source.Span {
		s := f.Span()
		switch f.Path() {
		case "spec.one":
			return s.File.Span(s.Start.Offset+10, s.End.Offset+10)
		case "spec.two":
			return s.File.Span(s.Start.Offset-10, s.End.Offset-10)
		}
		return s
	})
	require.Len(t, moved.Wrong, 2)
	same := manifesttest.ProvenanceOf(t, fstest.MapFS{
		"kustomization.yaml": fsys["kustomization.yaml"],
		"a.yaml":             {Data: []byte("apiVersion: v1\nkind: Thing\nmetadata: {name: a}\nspec:\n  one: xx\n  two: xx\n")},
	}, func(f manifest.Field) source.Span {
		s := f.Span()
		if f.Path() == "spec.one" {
			return s.File.Span(s.Start.Offset+10, s.End.Offset+10)
		}
		return s
	})
	require.Len(t, same.Wrong, 1)
	require.Equal(t, 3, same.Right, "the other field, the name and the version")
}

func TestProvenanceOfCorpus(t *testing.T) {
	dir := os.Getenv(corpusVariable)
	if dir == "" {
		t.Logf("NOT RUN: %s is unset, so the provenance of real repositories was not checked", corpusVariable)
		t.Skip("set " + corpusVariable + " to a folder of repositories")
	}
	repos, err := os.ReadDir(dir)
	require.NoError(t, err)
	var total manifesttest.Count
	for _, repo := range repos {
		if !repo.IsDir() {
			continue
		}
		got := manifesttest.Provenance(t, os.DirFS(filepath.Join(dir, repo.Name())))
		t.Logf("%s: %v", repo.Name(), got)
		total = total.Add(got)
	}
	requireRight(t, total)
}

func requireRight(t *testing.T, total manifesttest.Count) {
	t.Helper()
	t.Logf("all: %v", total)
	require.Empty(t, total.Wrong)
	require.Equal(t, total.Checkable, total.Right)
	require.NotZero(t, total.Checkable)
	require.GreaterOrEqual(t, 1000*total.Located, 999*total.Leaves)
	require.GreaterOrEqual(t, 3*total.Checkable, 2*total.Leaves, "at least two thirds of all leaves must be checkable")
}
