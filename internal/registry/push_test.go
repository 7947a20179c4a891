package registry_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync/atomic"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

func TestPushIsByteExact(t *testing.T) {
	img := registrytest.Image(t, "amd64", "one", "two")
	for what, content := range map[string]mutate.Appendable{
		"image": img,
		"index": registrytest.Index(t, img, registrytest.Image(t, "arm64", "three")),
	} {
		srv := registrytest.New(t, true)
		c, err := client().Open(t.Context(), "oci:"+registrytest.Layout(t, content))
		require.NoError(t, err)
		var sent atomic.Int32
		got, err := client().Push(t.Context(), c, srv.Host+"/acme/app:1.0", func(_ string, _ int64, sentNow bool) {
			if sentNow {
				sent.Add(1)
			}
		})
		require.NoError(t, err, what)
		require.Equal(t, srv.Host+"/acme/app", got.Repo)
		require.Equal(t, c.Resolved.Digest, got.Digest)
		require.Equal(t, c.Resolved.Raw, got.Raw)
		require.Positive(t, sent.Load())

		back, err := client().Open(t.Context(), srv.Host+"/acme/app:1.0")
		require.NoError(t, err)
		require.Equal(t, c.Resolved.Digest, back.Resolved.Digest)
		require.Len(t, back.Images, len(c.Images))
		for i := range back.Images {
			require.Equal(t, c.Images[i].Config, back.Images[i].Config)
			require.Equal(t, back.Images[i].Layers[0].DiffID, unpacked(t, back.Images[i].Layers[0]))
		}
		requireTagLast(t, srv)

		// A second push sends no blob.
		srv.Reset()
		_, err = client().Push(t.Context(), c, srv.Host+"/acme/app:1.0")
		require.NoError(t, err)
		require.NotContains(t, strings.Join(srv.Requests(), "\n"), "POST")
	}
}

// requireTagLast: nobody may see the tag before what it names is complete.
func requireTagLast(t *testing.T, srv *registrytest.Server) {
	t.Helper()
	var puts []string
	for _, r := range srv.Requests() {
		if strings.HasPrefix(r, "PUT ") || strings.HasPrefix(r, "POST ") {
			puts = append(puts, r)
		}
	}
	require.Equal(t, "PUT /v2/acme/app/manifests/1.0", puts[len(puts)-1])
	require.Contains(t, puts[len(puts)-2], "/manifests/sha256:")
}

// saved writes what docker save writes.
func saved(t *testing.T, img v1.Image, tag string) string {
	t.Helper()
	config, err := img.RawConfigFile()
	require.NoError(t, err)
	layers, err := img.Layers()
	require.NoError(t, err)
	files := map[string][]byte{"config.json": config}
	var names []string
	for i, l := range layers {
		rc, err := l.Uncompressed()
		require.NoError(t, err)
		var b bytes.Buffer
		_, err = b.ReadFrom(rc)
		require.NoError(t, err)
		name := fmt.Sprintf("layer%d/layer.tar", i)
		names = append(names, name)
		files[name] = b.Bytes()
	}
	files["manifest.json"], err = json.Marshal([]map[string]any{{"Config": "config.json", "RepoTags": []string{tag}, "Layers": names}})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "image.tar")
	require.NoError(t, os.WriteFile(file, tarOf(t, files), 0o600))
	return file
}

func tarOf(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var names []string
	for n := range files {
		names = append(names, n)
	}
	sort.Strings(names)
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, n := range names {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: n, Mode: 0o644, Size: int64(len(files[n])), Typeflag: tar.TypeReg}))
		_, err := w.Write(files[n])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return buf.Bytes()
}

func TestPushDockerArchiveKeepsConfiguration(t *testing.T) {
	img := registrytest.Image(t, "amd64", "one", strings.Repeat("two ", 5000))
	srv := registrytest.New(t, true)
	c, err := client().Open(t.Context(), "docker-archive:"+saved(t, img, "acme/app:1.0"))
	require.NoError(t, err)
	require.Empty(t, c.Images[0].Layers[0].Digest)
	require.Equal(t, c.Images[0].Layers[1].DiffID, unpacked(t, c.Images[0].Layers[1]))

	got, err := client().Push(t.Context(), c, srv.Host+"/acme/app:1.0")
	require.NoError(t, err)
	require.NotEqual(t, c.Resolved.Digest, got.Digest)
	back, err := client().Open(t.Context(), got.Reference())
	require.NoError(t, err)
	require.Equal(t, c.Images[0].Config, back.Images[0].Config)
	for i, l := range back.Images[0].Layers {
		require.Equal(t, c.Images[0].Layers[i].DiffID, unpacked(t, l))
	}
}

func TestPushRefusesContentChangedSinceItWasJudged(t *testing.T) {
	img := registrytest.Image(t, "amd64", "one")
	layers, err := img.Layers()
	require.NoError(t, err)
	digest, err := layers[0].Digest()
	require.NoError(t, err)
	dir := registrytest.Layout(t, img)
	archive := saved(t, img, "acme/app:1.0")

	layout, err := client().Open(t.Context(), "oci:"+dir)
	require.NoError(t, err)
	flip(t, filepath.Join(dir, "blobs", "sha256", digest.Hex))
	docker, err := client().Open(t.Context(), "docker-archive:"+archive)
	require.NoError(t, err)
	flip(t, archive)

	for _, c := range []*registry.Content{layout, docker} {
		srv := registrytest.New(t, true)
		_, err = client().Push(t.Context(), c, srv.Host+"/acme/app:1.0")
		var e *registry.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, registry.BadDigest, e.Reason, err)
		for _, r := range srv.Requests() {
			require.NotRegexp(t, "^PUT .*/manifests/", r, "nothing names what was pushed in part")
		}
	}
}

// flip changes one byte in the middle of a file, or in the layer of an archive.
func flip(t *testing.T, file string) {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	at := len(b) / 2
	if i := bytes.Index(b, []byte("file-0")); i >= 0 {
		at = i
	}
	b[at] ^= 1
	require.NoError(t, os.WriteFile(file, b, 0o600))
}

func TestPushCopiesBetweenRegistries(t *testing.T) {
	from, to := registrytest.New(t, true), registrytest.New(t, false)
	img := registrytest.Image(t, "amd64", "one")
	put(t, from.Host+"/acme/app:1.0", img)
	c, err := client().Open(t.Context(), from.Host+"/acme/app:1.0")
	require.NoError(t, err)
	got, err := client().Push(t.Context(), c, to.Host+"/mirror/app:1.0")
	require.NoError(t, err)
	require.Equal(t, c.Resolved.Digest, got.Digest)
}

func TestPushWantsATag(t *testing.T) {
	c, err := client().Open(t.Context(), "oci:"+registrytest.Layout(t, registrytest.Image(t, "amd64", "one")))
	require.NoError(t, err)
	for _, name := range []string{"acme/app", "acme/app@sha256:" + strings.Repeat("a", 64), "UPPER/case:1", ""} {
		_, err := client().Push(t.Context(), c, name)
		var e *registry.Error
		require.ErrorAs(t, err, &e, name)
		require.Equal(t, registry.BadReference, e.Reason, name)
	}
}

func TestPushFailingMidwayLeavesNoTag(t *testing.T) {
	c, err := client().Open(t.Context(), "oci:"+registrytest.Layout(t, registrytest.Image(t, "amd64", "one", "two")))
	require.NoError(t, err)
	for n := 1; ; n++ {
		srv := registrytest.New(t, true)
		count := 0
		srv.Fail(func(r *http.Request) *registrytest.Fault {
			if count++; count >= n {
				return &registrytest.Fault{Status: 503}
			}
			return nil
		})
		_, err := client().Push(t.Context(), c, srv.Host+"/acme/app:1.0")
		if err == nil {
			require.Greater(t, n, 10, "the loop must have failed every request once")
			return
		}
		srv.Fail(nil)
		_, err = client().Open(t.Context(), srv.Host+"/acme/app:1.0")
		require.True(t, registry.IsNotFound(err), "request %d failed, and yet: %v", n, err)
	}
}
