package ruletest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/advisory"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/admission"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Load makes the project of an example. An image stands in the registry under
// the name of its folder, "registry.test/NAME". Which Dockerfile built it, its
// history tells, or the file image/NAME/built-by in two words: path and target.
func Load(t testing.TB, ex Example) *facts.Project {
	t.Helper()
	s := facts.Sources{Repo: source.OpenFS(ex.Files), Predict: admission.Predict, Secrets: true}
	for _, name := range ex.Images {
		archive, dockerfile, target := builtBy(ex.Archive, "image/"+name+"/built-by")
		spec, err := imagetest.Parse(archive, "image/"+name)
		require.NoError(t, err)
		content := spec.Content()
		content.Resolved.Repo = "registry.test/" + name
		content.Ref = content.Resolved.Repo
		s.Images = append(s.Images, facts.ImageSource{Content: content, Dockerfile: dockerfile, Target: target})
	}
	if len(ex.Bases) > 0 {
		s.Bases, s.Pins = bases(ex.Bases), bases(ex.Bases).pins
	}
	if len(ex.Advisories) > 0 {
		s.Advisories = advisories(t, ex)
	}
	s.Targets = targets(t, s.Repo)
	p, err := facts.Load(context.Background(), s)
	require.NoError(t, err)
	return p
}

// targets reads the releases of Kubernetes from the example's configuration.
func targets(t testing.TB, repo *source.Repo) []source.Target {
	t.Helper()
	file, err := policy.Find(repo)
	require.NoError(t, err)
	config, err := policy.Parse(file)
	require.NoError(t, err)
	return config.Targets(file)
}

// builtBy takes the statement of what built an image out of the archive.
func builtBy(a *txtar.Archive, name string) (rest *txtar.Archive, dockerfile, target string) {
	rest = &txtar.Archive{}
	for _, f := range a.Files {
		if f.Name != name {
			rest.Files = append(rest.Files, f)
			continue
		}
		words := append(strings.Fields(string(f.Data)), "", "")
		dockerfile, target = words[0], words[1]
	}
	return rest, dockerfile, target
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
