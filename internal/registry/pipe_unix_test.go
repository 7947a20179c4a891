//go:build unix

package registry_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A layout whose files are pipes is refused; opening one would wait for ever.
func TestLayoutOfPipes(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "oci-layout"), []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o600))
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "index.json"), 0o600))
	_, err := client().Open(t.Context(), "oci:"+dir)
	require.ErrorContains(t, err, "not a regular file")
}
