package source_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func put(t *testing.T, dir, name, text string, mode os.FileMode) string {
	t.Helper()
	at := filepath.Join(dir, name)
	require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o755))
	require.NoError(t, os.WriteFile(at, []byte(text), 0o600))
	require.NoError(t, os.Chmod(at, mode))
	return at
}

func content(t *testing.T, at string) string {
	t.Helper()
	data, err := os.ReadFile(at)
	require.NoError(t, err)
	return string(data)
}

func entries(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return out
}

func TestReplaceKeepsPermissions(t *testing.T) {
	dir := t.TempDir()
	a, b := put(t, dir, "a/x", "old", 0o750), put(t, dir, "y", "old y", 0o640)
	require.NoError(t, source.Replace(dir, []source.Replacement{{"a/x", "old", "new"}, {"y", "old y", "new y"}}))
	require.Equal(t, "new", content(t, a))
	require.Equal(t, "new y", content(t, b))
	for at, want := range map[string]os.FileMode{a: 0o750, b: 0o640} {
		st, err := os.Stat(at)
		require.NoError(t, err)
		require.Equal(t, want, st.Mode())
	}
	require.Equal(t, []string{"x"}, entries(t, filepath.Dir(a)), "nothing is left behind")
}

func TestReplaceIsAllOrNothing(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	first, target := put(t, dir, "a", "old", 0o644), put(t, outside, "target", "old", 0o644)
	require.NoError(t, os.Symlink(target, filepath.Join(dir, "link")))
	require.NoError(t, os.Symlink(outside, filepath.Join(dir, "folder")))
	require.NoError(t, os.Symlink("a", filepath.Join(dir, "near")))
	for second, reason := range map[string]string{
		"changed": "it has changed since it was read", "gone": "no such file", "link": "no regular file", "near": "no regular file",
		"folder/target": "escapes", "../" + filepath.Base(outside) + "/target": "escapes", "sub": "no regular file",
	} {
		put(t, dir, "changed", "by somebody", 0o644)
		require.NoError(t, os.MkdirAll(filepath.Join(dir, "sub"), 0o755))
		before := entries(t, dir)
		err := source.Replace(dir, []source.Replacement{{"a", "old", "new"}, {second, "old", "new"}})
		require.ErrorContains(t, err, reason, second)
		require.ErrorContains(t, err, "nor any other file")
		require.Equal(t, "old", content(t, first), second)
		require.Equal(t, "old", content(t, target), second)
		require.Equal(t, before, entries(t, dir), second)
		require.Len(t, entries(t, outside), 1)
	}
}
