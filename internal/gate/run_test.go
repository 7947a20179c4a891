package gate_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// nobody answers no request: judging a repository needs no network.
type nobody struct{ t *testing.T }

func (n nobody) RoundTrip(r *http.Request) (*http.Response, error) {
	n.t.Errorf("a request to %s", r.URL)
	return nil, http.ErrServerClosed
}

func env(t *testing.T) gate.Env {
	return gate.Env{
		Now:      func() time.Time { return time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) },
		Registry: registry.New(registry.Options{Transport: nobody{t}}), Transport: nobody{t}, Version: "test",
	}
}

func repo(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir
}

func TestRun(t *testing.T) {
	dir := repo(t, map[string]string{
		"Dockerfile":       "FROM debian\nUSER 65532\n",
		"k8s/broken.yaml":  "apiVersion: v1\nkind: [Pod\n",
		"k8s/service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n",
	})
	r, err := gate.Run(context.Background(), env(t), gate.Options{Path: dir})
	require.NoError(t, err)
	require.Equal(t, "fail", r.Result)
	require.Equal(t, "high", r.FailOn)
	f := r.Findings[0]
	require.Equal(t, "TW-D001", f.Rule)
	require.Equal(t, []any{"Dockerfile", 1, 6, 1, 12}, []any{f.Path, f.Line, f.Column, f.EndLine, f.EndColumn})
	require.True(t, f.Blocking)
	require.Equal(t, "FROM debian", r.Sources["Dockerfile"][1])
	require.NotEmpty(t, f.LineHash)

	require.Len(t, r.NotAnalysed, 1)
	require.Equal(t, "k8s/broken.yaml", r.NotAnalysed[0].Path)
	require.GreaterOrEqual(t, r.NotAnalysed[0].Line, 1)
	require.True(t, hasRule(r, "TW-P001"), "what was not analysed is a finding as well")
	require.Equal(t, 1, r.Checked.Dockerfiles)
	require.Contains(t, r.Timings, "judge")

	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.NotContains(t, string(text), "null", "the contract has empty lists, not null")
}

func hasRule(r *gate.Result, id string) bool {
	for _, f := range r.Findings {
		if f.Rule == id {
			return true
		}
	}
	return false
}

func TestRunTwiceIsTheSame(t *testing.T) {
	dir := repo(t, map[string]string{
		"a/Dockerfile": "FROM debian\n", "b/Dockerfile": "FROM debian\n",
		"kustomization.yaml": "resources: [pod.yaml]\n", "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: x}]}\n",
	})
	run := func() string {
		r, err := gate.Run(context.Background(), env(t), gate.Options{Path: dir, Rules: "all"})
		require.NoError(t, err)
		text, err := json.Marshal(r)
		require.NoError(t, err)
		return string(text)
	}
	first := run()
	for range 3 {
		require.Equal(t, first, run())
	}
}

func TestWishesThatCannotBeMeant(t *testing.T) {
	for want, o := range map[string]gate.Options{
		"not a folder":            {Path: "no/such/folder"},
		"--push needs exactly":    {Push: "r/a:1"},
		"judge it before":         {Push: "r/a:1", Images: []gate.ImageOption{{Ref: "localhost:1/a:1"}}},
		"needs the image to sign": {Sign: true},
		"needs a key":             {Sign: true, Images: []gate.ImageOption{{Ref: "oci:x"}}},
	} {
		if o.Path == "" {
			o.Path = t.TempDir()
		}
		_, err := gate.Run(context.Background(), env(t), o)
		var usage *gate.UsageError
		require.ErrorAs(t, err, &usage)
		require.True(t, strings.Contains(err.Error(), want), "%v lacks %q", err, want)
	}
}

func TestConfigurationMistakes(t *testing.T) {
	dir := repo(t, map[string]string{"tidewaiter.yaml": "version: 1\nfail-one: high\n"})
	_, err := gate.Run(context.Background(), env(t), gate.Options{Path: dir})
	var config *policy.ConfigError
	require.ErrorAs(t, err, &config)
	require.ErrorContains(t, err, "tidewaiter.yaml:2")

	named := filepath.Join(repo(t, map[string]string{"c.yaml": "version: 1\nfail-on: never\n"}), "c.yaml")
	r, err := gate.Run(context.Background(), env(t), gate.Options{Path: dir, Config: named})
	require.NoError(t, err, "a named configuration stands in place of the repository's")
	require.Equal(t, "never", r.FailOn)
}
