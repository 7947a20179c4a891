package manifest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// BenchmarkLoad measures a small project, and each repository of the corpus
// where TIDEWAITER_CORPUS names one.
func BenchmarkLoad(b *testing.B) {
	archive, err := txtar.ParseFile("testdata/shop.txtar")
	require.NoError(b, err)
	open := map[string]func() *source.Repo{
		"shop": func() *source.Repo { return source.OpenFS(archiveFS(archive)) },
	}
	if dir := os.Getenv("TIDEWAITER_CORPUS"); dir != "" {
		entries, err := os.ReadDir(dir)
		require.NoError(b, err)
		for _, e := range entries {
			if !e.IsDir() {
				continue
			}
			open[e.Name()] = func() *source.Repo {
				repo, err := source.Open(filepath.Join(dir, e.Name()))
				require.NoError(b, err)
				return repo
			}
		}
	}
	for name, open := range open {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				repo := open()
				_, err := Load(b.Context(), repo, Options{})
				require.NoError(b, err)
				require.NoError(b, repo.Close())
			}
		})
	}
}
