//go:build unix

package source_test

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// A pipe is said and not opened, which would wait for its writer.
func TestPipeIsNotOpened(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(root, "Dockerfile"), 0o600))
	repo, err := source.Open(root)
	require.NoError(t, err)
	defer repo.Close()
	_, err = repo.Read("Dockerfile")
	require.ErrorContains(t, err, "not a regular file")
	require.Len(t, repo.Links(), 1)
	require.ErrorContains(t, repo.Links()[0].Err, "neither a file nor a folder")
}
