package manifest

import (
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// project makes a repository of a txtar text.
func project(text string) *source.Repo {
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return source.OpenFS(fsys)
}

func load(t *testing.T, repo *source.Repo) *FileSet {
	t.Helper()
	set, err := Load(t.Context(), repo, Options{})
	require.NoError(t, err)
	return set
}

const plainProject = `
-- app/web.yaml --
# the shop
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec:
  template:
    spec:
      securityContext:
        runAsUser: 0 # root
      containers:
      - image: "nginx:latest"
        name: server
        securityContext: &sc
          privileged: true
      - name: side
        image: busybox
        securityContext: *sc
---
apiVersion: v1
kind: Service
metadata: {name: web}
`

func TestPlainFieldsAreLocated(t *testing.T) {
	set := load(t, project(plainProject))
	require.Empty(t, set.NotAnalysed)
	require.Len(t, set.Renders, 1)
	r := set.Renders[0]
	require.Equal(t, "app", r.Dir)
	require.Len(t, r.Objects, 2)
	o := r.Objects[0]
	require.Equal(t, "Deployment/shop/web", o.String())
	pod := o.Field("spec", "template", "spec")
	server, side := pod.Get("containers").Items()[0], pod.Get("containers").Items()[1]
	for _, tt := range []struct {
		field Field
		at    string
		text  string
	}{
		{pod.Get("securityContext", "runAsUser"), "app/web.yaml:11:20", "0"},
		{pod.Get("securityContext", "runAsNonRoot"), "app/web.yaml:10:7", "securityContext"},
		{server.Get("image"), "app/web.yaml:13:16", `"nginx:latest"`},
		{server.Get("resources", "limits", "memory"), "app/web.yaml:14:9", "name: server"},
		{side.Get("securityContext", "privileged"), "app/web.yaml:16:23", "true"},
		{pod.Get("hostNetwork"), "app/web.yaml:9:5", "spec"},
		{o.Field("metadata", "labels"), "app/web.yaml:4:1", "metadata"},
		{o.Root(), "app/web.yaml:3:1", "kind: Deployment"},
		{r.Objects[1].Field("spec", "type"), "app/web.yaml:22:1", "kind: Service"},
		{r.Objects[1].Field("metadata", "name"), "app/web.yaml:23:18", "web"},
	} {
		require.Equal(t, tt.at, tt.field.Span().String(), tt.field.Path())
		require.Equal(t, tt.text, tt.field.Span().Text(), tt.field.Path())
	}
}
