package manifest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// TestNothingRemoteIsFetched offers kustomize every way to the network and to
// git that it knows, to a server that counts its requests and with a git that
// leaves a mark.
func TestNothingRemoteIsFetched(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		fmt.Fprintln(w, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fetched}")
	}))
	defer server.Close()
	bin := t.TempDir()
	mark := filepath.Join(bin, "mark")
	require.NoError(t, os.WriteFile(filepath.Join(bin, "git"), []byte("#!/bin/sh\ntouch "+mark+"\nexit 1\n"), 0o755))
	t.Setenv("PATH", bin)

	u, host := server.URL, strings.TrimPrefix(server.URL, "http://")
	for name, text := range map[string]string{
		"resource":             "resources: ['" + u + "/a.yaml']",
		"resource, other case": "Resources: ['" + u + "/a.yaml']",
		"resource, no slashes": "resources: ['http:" + host + "/a.yaml']",
		"upper-case scheme":    "resources: ['HTTP://" + host + "/a.yaml']",
		"base":                 "bases: ['" + u + "/org/repo?ref=main']",
		"anchor":               "x: &x ['" + u + "/a.yaml']\nresources: *x",
		"git":                  "resources: ['git::" + u + "/org/repo']",
		"scp":                  "resources: ['git@" + host + ":org/repo']",
		"ssh":                  "resources: ['ssh://git@" + host + "/org/repo']",
		"file":                 "resources: ['file:///etc//x']",
		"github":               "resources: [github.com/org/repo]",
		"github folder":        "resources: [github.com/local/folder]",
		"user folder":          "resources: [me@host/local/folder]",
		"component":            "components: ['" + u + "/org/repo']",
		"patch":                "resources: [own.yaml]\npatches: [{path: '" + u + "/p.yaml'}]",
		"merge":                "resources: [own.yaml]\npatchesStrategicMerge: ['" + u + "/p.yaml']",
		"json patch":           "resources: [own.yaml]\npatchesJson6902: [{path: '" + u + "/p.yaml', target: {kind: ConfigMap, name: own}}]",
		"generated file":       "configMapGenerator: [{name: x, files: ['" + u + "/f']}]",
		"generated named file": "configMapGenerator: [{name: x, files: ['k=" + u + "/f']}]",
		"generated variables":  "secretGenerator: [{name: x, envs: ['" + u + "/f']}]",
		"old variables":        "secretGenerator: [{name: x, env: '" + u + "/f'}]",
		"openapi":              "resources: [own.yaml]\nopenapi: {path: '" + u + "/s.json'}",
		"crds":                 "resources: [own.yaml]\ncrds: ['" + u + "/c.yaml']",
		"configurations":       "resources: [own.yaml]\nconfigurations: ['" + u + "/c.yaml']",
		"replacements":         "resources: [own.yaml]\nreplacements: [{path: '" + u + "/c.yaml'}]",
		"generators":           "generators: ['" + u + "/g.yaml']",
		"transformers":         "resources: [own.yaml]\ntransformers: ['" + u + "/g.yaml']",
		"validators":           "resources: [own.yaml]\nvalidators: ['" + u + "/g.yaml']",
		"inline generator":     "generators:\n- |-\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n  metadata: {name: x}\n  files: ['" + u + "/f']",
		"flow generator":       "generators: ['{apiVersion: builtin, kind: SecretGenerator, metadata: {name: x}, Envs: [\"" + u + "/f\"]}']",
		"generator file":       "generators: [plugin.yaml]",
		"generator folder":     "generators: [plugins]",
		"transformer file":     "resources: [own.yaml]\ntransformers: [patcher.yaml]",
		"helm":                 "helmCharts: [{name: x, repo: '" + u + "', version: 1.0.0, releaseName: x}]",
	} {
		t.Run(name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for file, data := range map[string]string{
				"kustomization.yaml": text,
				"own.yaml":           "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\n",
				"github.com/local/folder/kustomization.yaml": "resources: []\nnamePrefix: x-\n",
				"me@host/local/folder/kustomization.yaml":    "namePrefix: x-\n",
				"plugin.yaml":                "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\nfiles: [k=" + u + "/f]\n",
				"plugins/kustomization.yaml": "resources: [p.yaml]\n",
				"plugins/p.yaml":             "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\nfiles: [k=" + u + "/f]\n",
				"patcher.yaml":               "apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\npath: " + u + "/p.yaml\n",
			} {
				fsys[file] = &fstest.MapFile{Data: []byte(data)}
			}
			set := load(t, source.OpenFS(fsys))
			var own []source.NotAnalysed
			for _, n := range set.NotAnalysed {
				if n.Path == "kustomization.yaml" {
					own = append(own, n)
				}
			}
			require.Len(t, own, 1, "%v", set.NotAnalysed)
			require.Positive(t, own[0].Line)
			require.Contains(t, own[0].Reason, "not rendered: ")
			require.Zero(t, requests.Load())
			require.NoFileExists(t, mark)
		})
	}
}

func TestRemoteBaseIsNamedAtItsLine(t *testing.T) {
	set := load(t, project(`
-- overlay/kustomization.yaml --
resources:
- ../base
-- base/kustomization.yaml --
resources:
- own.yaml
- https://github.com/org/repo//deploy?ref=v1
-- base/own.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: own}
`))
	require.Equal(t, []source.NotAnalysed{note("base/kustomization.yaml", 3,
		"not rendered: remote base https://github.com/org/repo//deploy?ref=v1; copy it into the repository to have it judged")}, set.NotAnalysed)
	require.Len(t, set.Renders, 1, "what is there is judged as it is")
	require.Equal(t, "ConfigMap/own", set.Renders[0].Objects[0].String())
	require.True(t, set.Renders[0].Partial)
}

func TestNothingOutsideTheRepositoryIsRead(t *testing.T) {
	outside := t.TempDir()
	secret := "apiVersion: v1\nkind: Secret\nmetadata: {name: outside}\n"
	require.NoError(t, os.MkdirAll(filepath.Join(outside, "repo", "app"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(outside, "kustomization.yaml"), []byte("resources: [secret.yaml]\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(outside, "secret.yaml"), []byte(secret), 0o600))
	root := filepath.Join(outside, "repo")
	require.NoError(t, os.Symlink(outside, filepath.Join(root, "app", "abs")))
	require.NoError(t, os.Symlink("../..", filepath.Join(root, "app", "up")))
	require.NoError(t, os.Symlink("../../secret.yaml", filepath.Join(root, "app", "secret.yaml")))
	require.NoError(t, os.Symlink("loop", filepath.Join(root, "app", "loop")))
	for _, text := range []string{
		"resources: [../..]", "resources: [../../../etc]", "resources: [../../secret.yaml]", "resources: [/repository/app]",
		"resources: [abs]", "resources: [up]", "resources: [up/secret.yaml]", "resources: [secret.yaml]", "resources: [loop]",
		"resources: [" + outside + "]", "configMapGenerator: [{name: x, files: [../../secret.yaml]}]",
		"configMapGenerator: [{name: x, files: [" + outside + "/secret.yaml]}]", "components: [../..]",
		"configMapGenerator: [{name: x, files: [/etc/hostname]}]",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, "app", "kustomization.yaml"), []byte(text+"\n"), 0o600))
		repo, err := source.Open(root)
		require.NoError(t, err)
		set := load(t, repo)
		require.Len(t, set.NotAnalysed, 2, text)
		require.Equal(t, "app/kustomization.yaml", set.NotAnalysed[0].Path)
		require.Equal(t, 1, set.NotAnalysed[0].Line)
		require.Equal(t, "app/secret.yaml", set.NotAnalysed[1].Path)
		require.Contains(t, set.NotAnalysed[1].Reason, "leads out of the repository")
		for _, r := range set.Renders {
			require.Empty(t, r.Objects, text)
		}
		require.NoError(t, repo.Close())
	}
}

func TestLinksInsideTheRepositoryAreFollowed(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "base"), 0o755))
	require.NoError(t, os.MkdirAll(filepath.Join(root, "overlay"), 0o755))
	for name, text := range map[string]string{
		"base/kustomization.yaml":    "resources: [own.yaml]\n",
		"base/own.yaml":              "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\ndata: {a: b}\n",
		"overlay/kustomization.yaml": "resources: [linked]\nnamePrefix: x-\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(text), 0o600))
	}
	require.NoError(t, os.Symlink("../base", filepath.Join(root, "overlay", "linked")))
	repo, err := source.Open(root)
	require.NoError(t, err)
	defer repo.Close()
	set := load(t, repo)
	require.Empty(t, set.NotAnalysed)
	require.Len(t, set.Renders, 1)
	require.Equal(t, []string{"base/kustomization.yaml", "base/own.yaml", "overlay/kustomization.yaml"}, set.Renders[0].Inputs)
	require.Equal(t, "base/own.yaml:4:11", set.Renders[0].Objects[0].Field("data", "a").Span().String())
}

func TestGuardedFileSystemRefusesToWrite(t *testing.T) {
	g := newGuardFS(newLibrary(source.OpenFS(fstest.MapFS{})), &closure{}, modePlaces)
	_, err := g.Create("/repository/x")
	require.ErrorIs(t, err, errReadOnly)
	_, err = g.Open("/repository/x")
	require.ErrorIs(t, err, errReadOnly)
	_, err = g.ReadDir("/repository")
	require.ErrorIs(t, err, errReadOnly)
	_, err = g.Glob("*")
	require.ErrorIs(t, err, errReadOnly)
	for _, err := range []error{g.Mkdir("/x"), g.MkdirAll("/x"), g.RemoveAll("/x"), g.WriteFile("/x", nil), g.Walk("/", nil)} {
		require.ErrorIs(t, err, errReadOnly)
	}
	_, err = g.ReadFile("/etc/passwd")
	require.ErrorContains(t, err, "outside of the repository")
	_, _, err = g.CleanedAbs("/repository/../etc")
	require.ErrorContains(t, err, "outside of the repository")
	require.False(t, g.Exists("/etc"))
	require.True(t, g.IsDir(virtualRoot))
}
