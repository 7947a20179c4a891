package ruletest

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/advisory"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Load makes the project of an example. An image stands in the registry under
// the name of its folder, "registry.test/NAME"; which Dockerfile built it, its
// history tells.
func Load(t testing.TB, ex Example) *facts.Project {
	t.Helper()
	s := facts.Sources{Repo: source.OpenFS(ex.Files)}
	for _, name := range ex.Images {
		spec, err := imagetest.Parse(ex.Archive, "image/"+name)
		require.NoError(t, err)
		content := spec.Content()
		content.Resolved.Repo = "registry.test/" + name
		content.Ref = content.Resolved.Repo
		s.Images = append(s.Images, facts.ImageSource{Content: content})
	}
	if len(ex.Advisories) > 0 {
		s.Advisories = advisories(t, ex)
	}
	p, err := facts.Load(context.Background(), s)
	require.NoError(t, err)
	return p
}

// advisories writes the example's advisory data where it can be opened.
func advisories(t testing.TB, ex Example) *advisory.DB {
	t.Helper()
	dir := t.TempDir()
	for name, text := range ex.Advisories {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	db, err := advisory.Open(context.Background(), dir, advisory.Options{Now: func() time.Time { return now }})
	require.NoError(t, err)
	return db
}
