package dockerfile_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// TestCorpus reads the real Dockerfiles of the folder that TIDEWAITER_CORPUS
// names.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("TIDEWAITER_CORPUS")
	if dir == "" {
		t.Skip("TIDEWAITER_CORPUS is not set: no real Dockerfile was read")
	}
	repo, err := source.Open(dir)
	require.NoError(t, err)
	defer repo.Close()
	files, missing := dockerfile.Load(context.Background(), repo, nil)
	require.NotEmpty(t, files)
	for _, n := range missing {
		t.Logf("%s:%d: %s", n.Path, n.Line, n.Reason)
	}
	for _, f := range files {
		for in := range f.Instructions() {
			require.True(t, in.Span.Valid(), f.Source.Path)
			for _, w := range in.Args {
				require.Equal(t, w.Text, w.At.Text(), "%s", w.At)
			}
			if in.Run == nil {
				continue
			}
			for _, c := range in.Run.Commands {
				for _, w := range c.Args {
					if !strings.ContainsAny(w.At.Text(), "\\\n") {
						require.Equal(t, w.Text, w.At.Text(), "%s", w.At)
					}
				}
			}
		}
	}
}
