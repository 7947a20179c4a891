package manifesttest_test

import (
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest/manifesttest"
)

// corpusVariable names the folder of public repositories to run against.
const corpusVariable = "TIDEWAITER_CORPUS"

func TestProvenanceOfOwnProjects(t *testing.T) {
	projects, err := os.ReadDir("../testdata")
	require.NoError(t, err)
	require.NotEmpty(t, projects)
	requireRight(t, os.DirFS("../testdata"), names(projects))
}

func TestProvenanceOfCorpus(t *testing.T) {
	dir := os.Getenv(corpusVariable)
	if dir == "" {
		t.Logf("NOT RUN: %s is unset, so the provenance of real repositories was not checked", corpusVariable)
		t.Skip("set " + corpusVariable + " to a folder of repositories")
	}
	repos, err := os.ReadDir(dir)
	require.NoError(t, err)
	requireRight(t, os.DirFS(dir), names(repos))
}

func names(entries []fs.DirEntry) []string {
	var out []string
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out
}

func requireRight(t *testing.T, fsys fs.FS, dirs []string) {
	t.Helper()
	var total manifesttest.Count
	for _, dir := range dirs {
		sub, err := fs.Sub(fsys, dir)
		require.NoError(t, err)
		got := manifesttest.Provenance(t, sub)
		t.Logf("%s: %v", dir, got)
		total = total.Add(got)
	}
	t.Logf("all: %v", total)
	require.Empty(t, total.Wrong)
	require.Equal(t, total.Checkable, total.Right)
	require.NotZero(t, total.Checkable)
	require.GreaterOrEqual(t, 5*total.Checkable, total.Leaves, "at least a fifth of all leaves must be checkable")
}
