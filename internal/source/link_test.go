package source_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestLinks(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(root, "dir"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(root, "dir", "file"), nil, 0o600))
	for name, target := range map[string]string{
		"to-file": "dir/file", "to-dir": "dir", "through": "to-dir/file", "dir/up": "../to-file", "gone": "nowhere", "self": "self",
		"out": "../x", "absolute": "/etc/passwd", "climb": "to-dir/../../x",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(root, name)))
	}
	for i := range source.MaxLinks + 1 {
		require.NoError(t, os.Symlink("n"+strconv.Itoa(i+1), filepath.Join(root, "n"+strconv.Itoa(i))))
	}
	repo, err := source.Open(root)
	require.NoError(t, err)
	defer repo.Close()

	targets, reasons := map[string]string{}, map[string]string{}
	for _, l := range repo.Links() {
		targets[l.Path] = l.Target
		if l.Err != nil {
			reasons[l.Path] = l.Err.Error()
		}
	}
	for name, want := range map[string]string{"to-file": "dir/file", "through": "dir/file", "dir/up": "dir/file", "to-dir": ""} {
		require.Equal(t, want, targets[name], name)
		require.Empty(t, reasons[name], name)
	}
	for name, want := range map[string]string{
		"gone": "does not exist in the repository", "self": "limit of 32 symbolic links", "n0": "limit of 32 symbolic links",
		"out": "leads out of the repository", "absolute": "leads out of the repository", "climb": "leads out of the repository",
	} {
		require.Empty(t, targets[name], name)
		require.Contains(t, reasons[name], want, name)
		require.Contains(t, reasons[name], "put the file itself in its place", name)
	}
}
