//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// command0 runs a program outside of any test and returns the end of what it said
// where it failed.
func command0(dir string, env []string, program string, args ...string) error {
	cmd := exec.Command(program, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, out[max(0, len(out)-1500):])
	}
	return nil
}

// treeOf lists what a container of the image sees: "file 644", "folder 755",
// "-> target", by path.
func treeOf(t *testing.T, ref string) map[string]string {
	t.Helper()
	content, err := registry.New(registry.Options{}).Open(context.Background(), ref)
	require.NoError(t, err)
	defer content.Close()
	img, err := image.Read(context.Background(), content, image.Options{SkipSecrets: true})
	require.NoError(t, err)
	require.Len(t, img.Platforms, 1)
	out := map[string]string{}
	for _, e := range img.Platforms[0].Tree() {
		switch {
		case e.Dir:
			out[e.Path] = fmt.Sprintf("folder %o", e.Mode)
		case e.Link != "":
			out[e.Path] = "-> " + e.Link
		default:
			out[e.Path] = fmt.Sprintf("file %o", e.Mode)
		}
	}
	return out
}
