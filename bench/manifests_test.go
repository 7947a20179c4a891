package main

import (
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func load(t *testing.T, files map[string]string) *manifest.FileSet {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, writeAll(dir, files))
	repo, err := source.Open(dir)
	require.NoError(t, err)
	set, err := manifest.Load(t.Context(), repo, manifest.Options{})
	require.NoError(t, err)
	require.Empty(t, set.NotAnalysed)
	return set
}

func TestShopIsWhatItsNameSays(t *testing.T) {
	set := load(t, shop())
	require.Len(t, set.Renders, teams)
	kinds := map[string]int{}
	for _, r := range set.Renders {
		for _, o := range r.Objects {
			require.Equal(t, path.Base(r.Dir), o.Namespace, o.Name)
			kinds[o.Kind]++
		}
	}
	apps := teams * teamApps
	require.Equal(t, map[string]int{"ConfigMap": apps, "Deployment": apps, "HorizontalPodAutoscaler": apps, "NetworkPolicy": apps, "Service": apps, "ServiceAccount": apps}, kinds)
	require.Len(t, kinds, appObjects)
}

func TestOperatorRendersAndIsMostlySchemas(t *testing.T) {
	files := operator(200_000)
	require.GreaterOrEqual(t, len(files["crds.yaml"]), 200_000)
	set := load(t, files)
	require.Len(t, set.Renders, 1)
	require.True(t, set.Renders[0].Kustomize)
	require.Len(t, set.Renders[0].Objects, 1+strings.Count(files["crds.yaml"], "kind: CustomResourceDefinition\n"))
}

func TestRootsOfAreThoseThatAreRendered(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, writeAll(dir, map[string]string{
		"base/kustomization.yaml": "resources: [app.yaml]\n",
		"base/app.yaml":           "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n",
		"prod/kustomization.yaml": "resources: [../base]\n",
		"test/kustomization.yaml": "resources: [../base]\n",
		"plain/app.yaml":          "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: b\n",
	}))
	roots, err := rootsOf(dir)
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(dir, "prod"), filepath.Join(dir, "test")}, roots)
}

func TestWithoutTheOtherProgramsNothingIsCompared(t *testing.T) {
	o := options{kustomize: "no-such-program", corpus: t.TempDir(), runs: 1}
	figures, err := rootFigures("unused", o)
	require.NoError(t, err)
	require.Empty(t, figures)
	o.kustomize = "true"
	_, err = rootFigures("unused", o)
	require.ErrorContains(t, err, "no folder in it renders a kustomization")
}
