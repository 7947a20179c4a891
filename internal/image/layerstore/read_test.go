package layerstore

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

func layer(name, text string) imagetest.LayerSpec {
	return imagetest.LayerSpec{Files: []imagetest.FileSpec{{Path: name, Data: []byte(text)}}}
}

// published pushes an image of some layers and returns its reference.
func published(t *testing.T, server *registrytest.Server, name string, layers ...imagetest.LayerSpec) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, imagetest.Spec{Layers: layers}.WriteLayout(dir))
	client := registry.New(registry.Options{})
	content, err := client.Open(t.Context(), "oci:"+dir)
	require.NoError(t, err)
	defer content.Close()
	pushed, err := client.Push(t.Context(), content, server.Host+"/"+name+":1")
	require.NoError(t, err)
	return pushed.Reference()
}

// layerBytes reads an image through a fresh client and a cache, and returns how
// many bytes of its layers the registry was asked for.
func layerBytes(t *testing.T, server *registrytest.Server, ref string, store image.Store) (bytes int64, img *image.Image) {
	t.Helper()
	content, err := registry.New(registry.Options{}).Open(t.Context(), ref)
	require.NoError(t, err)
	defer content.Close()
	server.Reset()
	img, err = image.Read(t.Context(), content, image.Options{Cache: &image.Cache{Store: store}})
	require.NoError(t, err)
	for _, l := range content.Images[0].Layers {
		if slices.ContainsFunc(server.Requests(), func(r string) bool {
			return strings.Contains(r, http.MethodGet) && strings.HasSuffix(r, "/blobs/"+l.Digest)
		}) {
			bytes += l.Size
		}
	}
	return bytes, img
}

func TestFullyCachedImageReadsNoLayerBytes(t *testing.T) {
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			server := registrytest.New(t, true)
			base := layer("app/node_modules/a/package.json", `{"name":"a","version":"1.0.0"}`)
			one := published(t, server, "acme/one", base, layer("a", "1"))
			two := published(t, server, "acme/two", base, layer("app/node_modules/b/package.json", `{"name":"b","version":"2.0.0"}`))

			first, want := layerBytes(t, server, one, s[0])
			require.Positive(t, first)
			again, got := layerBytes(t, server, one, s[0])
			require.Zero(t, again, "a fully cached image costs no layer")
			require.Equal(t, want.Platforms[0].Packages, got.Platforms[0].Packages)
			pull, _ := layerBytes(t, server, one, s[1])
			require.Zero(t, pull, "pull requests see what was merged")

			own, img := layerBytes(t, server, two, s[0])
			require.Equal(t, secondLayer(t, two), own, "a second image costs its own layers alone")
			require.Len(t, img.Platforms[0].Packages, 2)
		})
	}
}

// secondLayer is the stored size of the second layer.
func secondLayer(t *testing.T, ref string) int64 {
	t.Helper()
	content, err := registry.New(registry.Options{}).Open(t.Context(), ref)
	require.NoError(t, err)
	return content.Images[0].Layers[1].Size
}

// An inventory that is no longer readable costs the layer, not the run.
func TestCorruptRegistryEntryIsReadAgain(t *testing.T) {
	server, caches := registrytest.New(t, true), registrytest.New(t, true)
	ref := published(t, server, "acme/one", layer("a", "1"))
	s, err := NewRegistry(registry.New(registry.Options{Backoff: time.Millisecond}), caches.Host+"/acme/cache", release)
	require.NoError(t, err)
	first, _ := layerBytes(t, server, ref, s)
	caches.Fail(func(r *http.Request) *registrytest.Fault {
		return &registrytest.Fault{Corrupt: r.Method == http.MethodGet && strings.Contains(r.URL.Path, "/blobs/")}
	})
	again, _ := layerBytes(t, server, ref, s)
	require.Equal(t, first, again)
	caches.Fail(func(*http.Request) *registrytest.Fault {
		return &registrytest.Fault{Status: http.StatusServiceUnavailable}
	})
	down, _ := layerBytes(t, server, ref, s)
	require.Equal(t, first, down, "nor does one that cannot be asked")
}
