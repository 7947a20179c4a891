package manifest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// TestRenderIsKustomizes holds every render against plain kustomize on the same
// files: positions, virtual files and modern spellings must change nothing.
func TestRenderIsKustomizes(t *testing.T) {
	projects, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	for _, p := range projects {
		archive, err := txtar.ParseFile(p)
		require.NoError(t, err)
		for _, ending := range []string{"\n", "\r\n"} {
			dir := t.TempDir()
			for _, f := range archive.Files {
				name := filepath.Join(dir, f.Name)
				require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
				require.NoError(t, os.WriteFile(name, []byte(strings.ReplaceAll(string(f.Data), "\n", ending)), 0o600))
			}
			requireSameRenders(t, dir)
		}
	}
}

func TestRenderIsKustomizesOnCorpus(t *testing.T) {
	dir := os.Getenv("TIDEWAITER_CORPUS")
	if dir == "" {
		t.Log("NOT RUN: TIDEWAITER_CORPUS is unset, so renders of real repositories were not compared")
		t.Skip("set TIDEWAITER_CORPUS to a folder of repositories")
	}
	requireSameRenders(t, dir)
}

func requireSameRenders(t *testing.T, dir string) {
	t.Helper()
	repo, err := source.Open(dir)
	require.NoError(t, err)
	defer repo.Close()
	l := newLibrary(repo)
	compared := 0
	require.NoError(t, filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isKustomizationFile(filepath.ToSlash(p)) {
			return err
		}
		rel, err := filepath.Rel(dir, filepath.Dir(p))
		require.NoError(t, err)
		k, problem := l.kustomization(filepath.ToSlash(rel))
		if problem != nil || k.isComponent() {
			return nil
		}
		c, problem := l.closureOf(k)
		require.Nil(t, problem)
		c.patchesCRDs = true // leaves schemas as they are
		got, err := newGuardFS(l, c, modePlaces).run()
		want, wantErr := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Dir(p))
		require.Equal(t, wantErr == nil, err == nil, "%s: %v, kustomize: %v", rel, err, wantErr)
		if err != nil {
			return nil
		}
		require.Equal(t, want.Size(), len(got), rel)
		for i, r := range want.Resources() {
			require.Equal(t, yamlText(t, r.YNode()), yamlText(t, got[i]), rel)
		}
		compared++
		return nil
	}))
	t.Logf("%d renders are kustomize's own", compared)
	require.Positive(t, compared)
}

func yamlText(t *testing.T, n *yaml.Node) string {
	t.Helper()
	text, err := yaml.String(n)
	require.NoError(t, err)
	return text
}

// TestForeignSchemaBlindsNobody is about the schema by which kustomize merges: a
// variable of its own that one kustomization can set for all that come after.
func TestForeignSchemaBlindsNobody(t *testing.T) {
	var text strings.Builder
	text.WriteString("-- a-hostile/kustomization.yaml --\nopenapi: {path: schema.json}\nresources: [own.yaml]\n" +
		"-- a-hostile/own.yaml --\n" + fmt.Sprintf(configMap, "own") + "-- a-hostile/schema.json --\n{\"definitions\": {}}\n")
	for i := range 6 {
		fmt.Fprintf(&text, `-- v%d/kustomization.yaml --
resources: [app.yaml]
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: app}
    spec: {template: {spec: {containers: [{name: main, tty: true}]}}}
-- v%[1]d/app.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec: {template: {spec: {containers: [{name: main, image: example/main}]}}}
`, i)
	}
	repo := project(text.String())
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			set, err := Load(t.Context(), repo, Options{Workers: 3})
			if err != nil || len(set.NotAnalysed) > 0 || len(set.Renders) != 7 {
				t.Errorf("%v %v", err, set.NotAnalysed)
				return
			}
			for _, r := range set.Renders[1:] {
				c := r.Objects[0].Field("spec", "template", "spec", "containers").Items()
				if len(c) != 1 || c[0].Get("image").String() != "example/main" || c[0].Get("tty").String() != "true" {
					t.Errorf("%s lost its image", r.Dir)
				}
			}
		})
	}
	wg.Wait()
}

func TestBrokenSchemaIsAProblemNotAPanic(t *testing.T) {
	set := load(t, project("-- kustomization.yaml --\nopenapi: {path: schema.json}\nresources: [own.yaml]\npatches: [{path: p.yaml}]\n-- p.yaml --\n"+fmt.Sprintf(configMap, "own")+"-- own.yaml --\n"+
		fmt.Sprintf(configMap, "own")+"-- schema.json --\nno schema\n"))
	require.Contains(t, summary(set), "! kustomization.yaml:1 not rendered: kustomize gave up: invalid schema file")
}
