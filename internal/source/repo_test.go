package source_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestRepoIsConfined(t *testing.T) {
	outside := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(outside, "secret"), []byte("x"), 0o600))
	root := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(root, "in"), []byte("inside"), 0o600))
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(root, "out")))
	require.NoError(t, os.Symlink("in", filepath.Join(root, "link")))
	require.NoError(t, os.Symlink(".", filepath.Join(root, "loop")))

	repo, err := source.Open(root)
	require.NoError(t, err)
	defer repo.Close()
	_, err = repo.Read("out")
	require.Error(t, err, "a link that leads out must not be followed")
	_, err = repo.Read("../secret")
	require.Error(t, err)
	f, err := repo.Read("link")
	require.NoError(t, err)
	require.Equal(t, "inside", f.Text)
	again, err := repo.Read("./link")
	require.NoError(t, err)
	require.Same(t, f, again, "a file is read once")
	_, err = repo.Read(".")
	require.Error(t, err)

	files, skipped := repo.Walk()
	require.Equal(t, []string{"in"}, files, "links are not walked: their targets are, where they are inside")
	require.Empty(t, skipped)
}

func TestReadRefuses(t *testing.T) {
	repo := source.OpenFS(fstest.MapFS{
		"binary": {Data: []byte{'a', 0, 'b'}}, "latin1": {Data: []byte{0xe9, '\n'}},
		"big": {Data: make([]byte, source.MaxFileBytes+1)}, "dir/file": {Data: []byte("x")},
	})
	_, err := repo.Read("binary")
	require.ErrorIs(t, err, source.ErrBinary)
	_, err = repo.Read("latin1")
	require.ErrorIs(t, err, source.ErrBinary)
	_, err = repo.Read("big")
	require.ErrorIs(t, err, source.ErrTooLarge)
	require.ErrorContains(t, err, "8 MiB")
	_, err = repo.Read("dir")
	require.ErrorContains(t, err, "not a regular file")
	require.Equal(t, "not a regular file", source.Reason(err), "the path stands beside the reason")
	_, err = repo.Read("latin1")
	require.Contains(t, source.Reason(err), "save it as UTF-8")
	_, err = repo.Read("big")
	require.Contains(t, source.Reason(err), "paths.exclude")
}

func TestWalkLimits(t *testing.T) {
	deep := fstest.MapFS{strings.Repeat("d/", source.MaxDepth+2) + "f": {Data: nil}, ".git/config": {}, "a/node_modules/x": {}}
	files, skipped := source.OpenFS(deep).Walk()
	require.Empty(t, files)
	require.Len(t, skipped, 1)
	require.Contains(t, skipped[0].Reason, "limit of 64 folders")
}

// A folder of more entries than the limit ends the walk with one entry that
// names the limit.
func TestWalkOfTooManyEntries(t *testing.T) {
	if testing.Short() {
		t.Skip("makes 100,000 files")
	}
	many := fstest.MapFS{}
	for i := range source.MaxEntries + 1 {
		many[name(i)] = &fstest.MapFile{}
	}
	files, skipped := source.OpenFS(many).Walk()
	require.LessOrEqual(t, len(files), source.MaxEntries)
	require.Len(t, skipped, 1)
	require.Contains(t, skipped[0].Reason, "limit of 100000")
}

func name(i int) string {
	digits := "0123456789"
	var b [6]byte
	for k := len(b) - 1; k >= 0; k-- {
		b[k] = digits[i%10]
		i /= 10
	}
	return "f" + string(b[:])
}
