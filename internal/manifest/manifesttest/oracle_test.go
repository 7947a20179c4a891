package manifesttest_test

import (
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
	require.Zero(t, moved.Checkable, "text that is not the value is no place of the field")
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
	require.Equal(t, 1, same.Right)
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
	require.GreaterOrEqual(t, 5*total.Checkable, total.Leaves, "at least a fifth of all leaves must be checkable")
}
