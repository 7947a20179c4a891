package registry_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

func TestDockerArchiveOfTheLibrary(t *testing.T) {
	// The library writes compressed layers into its archives, docker save does not.
	img := registrytest.Image(t, "arm64", "one", "two")
	file := filepath.Join(t.TempDir(), "image.tar")
	tag, err := name.NewTag("acme/app:1.0")
	require.NoError(t, err)
	require.NoError(t, tarball.WriteToFile(file, tag, img))
	c, err := client().Open(t.Context(), "docker-archive:"+file)
	require.NoError(t, err)
	defer c.Close()
	require.Equal(t, "linux/arm64", c.Images[0].Platform.String())
	srv := registrytest.New(t, true)
	got, err := client().Push(t.Context(), c, srv.Host+"/acme/app:1.0")
	require.NoError(t, err)
	back, err := client().Open(t.Context(), got.Reference())
	require.NoError(t, err)
	for i, l := range back.Images[0].Layers {
		require.Equal(t, c.Images[0].Layers[i].DiffID, unpacked(t, l))
	}
}

func TestDockerArchiveHolds(t *testing.T) {
	img := registrytest.Image(t, "amd64", "one")
	config, err := img.RawConfigFile()
	require.NoError(t, err)
	entry := func(config string, tags []string, layers ...string) object {
		return object{"Config": config, "RepoTags": tags, "Layers": layers}
	}
	for what, c := range map[string]struct {
		manifest any
		name     string
		want     string
	}{
		"two images":       {[]object{entry("c", []string{"acme/app:1"}), entry("c", []string{"acme/app:2"})}, "", "add :NAME to choose one"},
		"none of the name": {[]object{entry("c", []string{"acme/app:1"})}, ":acme/app:3", `0 images named "acme/app:3"`},
		"no such config":   {[]object{entry("gone", nil)}, "", `no "gone"`},
		"layer missing":    {[]object{entry("c", nil, "gone/layer.tar")}, "", "no gone/layer.tar"},
		"layers unequal":   {[]object{entry("c", nil)}, "", "names 1 layers, the archive 0"},
		"not a list":       {object{}, "", "not what docker save writes"},
	} {
		raw, err := json.Marshal(c.manifest)
		require.NoError(t, err)
		file := filepath.Join(t.TempDir(), "image.tar")
		require.NoError(t, os.WriteFile(file, tarOf(t, map[string][]byte{"manifest.json": raw, "c": config}), 0o600))
		_, err = client().Open(t.Context(), "docker-archive:"+file+c.name)
		require.ErrorContains(t, err, c.want, what)
	}
	file := filepath.Join(t.TempDir(), "layout.tar")
	require.NoError(t, os.WriteFile(file, tarOf(t, map[string][]byte{"oci-layout": nil}), 0o600))
	_, err = client().Open(t.Context(), "docker-archive:"+file)
	require.ErrorContains(t, err, "write oci-archive:")
}

// TestDockerArchiveLinks: docker save links a layer that occurs twice.
func TestDockerArchiveLinks(t *testing.T) {
	layer := registrytest.Tar(t, map[string]string{"f": "x"})
	diff := registrytest.Digest(layer)
	config, err := json.Marshal(object{"os": "linux", "architecture": "amd64", "rootfs": object{"type": "layers", "diff_ids": []string{diff, diff}}})
	require.NoError(t, err)
	manifest, err := json.Marshal([]object{{"Config": "c", "Layers": []string{"a/layer.tar", "b/layer.tar"}}})
	require.NoError(t, err)
	var buf bytes.Buffer
	w := tar.NewWriter(&buf)
	for _, f := range []struct {
		name string
		body []byte
	}{{"manifest.json", manifest}, {"c", config}, {"a/layer.tar", layer}} {
		require.NoError(t, w.WriteHeader(&tar.Header{Name: f.name, Size: int64(len(f.body)), Mode: 0o644, Typeflag: tar.TypeReg}))
		_, err := w.Write(f.body)
		require.NoError(t, err)
	}
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "b/layer.tar", Linkname: "../a/layer.tar", Typeflag: tar.TypeSymlink}))
	require.NoError(t, w.Close())
	file := filepath.Join(t.TempDir(), "image.tar")
	require.NoError(t, os.WriteFile(file, buf.Bytes(), 0o600))
	c, err := client().Open(t.Context(), "docker-archive:"+file)
	require.NoError(t, err)
	require.Equal(t, diff, unpacked(t, c.Images[0].Layers[1]))
}

// daemon answers like dockerd on a socket, with one image.
func daemon(t *testing.T, img v1.Image) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "d") // a socket's path must be short
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	archive, err := os.ReadFile(saved(t, img, "acme/app:1.0"))
	require.NoError(t, err)
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	require.NoError(t, err)
	srv := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/images/acme/app:1.0/get":
			_, _ = w.Write(archive)
		case "/images/broken/get":
			_, _ = w.Write(archive[:len(archive)/2])
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	})}
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { srv.Close() })
	return "unix://" + l.Addr().String()
}

func TestDaemon(t *testing.T) {
	img := registrytest.Image(t, "amd64", "one", "two")
	temp := t.TempDir()
	reg := registry.New(registry.Options{DaemonHost: daemon(t, img), TempDir: temp, Timeout: time.Second})
	c, err := reg.Open(t.Context(), "docker:acme/app:1.0")
	require.NoError(t, err)
	left, err := os.ReadDir(temp)
	require.NoError(t, err)
	require.Empty(t, left, "nothing to clean up")
	require.Equal(t, c.Images[0].Layers[0].DiffID, unpacked(t, c.Images[0].Layers[0]))
	srv := registrytest.New(t, true)
	_, err = reg.Push(t.Context(), c, srv.Host+"/acme/app:1.0")
	require.NoError(t, err)
	require.NoError(t, c.Close())

	_, err = reg.Open(t.Context(), "docker:acme/other:1.0")
	require.ErrorContains(t, err, `no image "acme/other:1.0"`)
	_, err = reg.Open(t.Context(), "docker:broken")
	require.Error(t, err)
}

func TestDaemonThatIsNotThere(t *testing.T) {
	for host, want := range map[string]string{
		"unix://" + filepath.Join(t.TempDir(), "none"): "start it, or give the image as oci:DIR",
		"ssh://builder":     "docker save acme/app -o image.tar",
		"tcp://127.0.0.1:1": "no Docker daemon answers",
	} {
		_, err := registry.New(registry.Options{DaemonHost: host}).Open(t.Context(), "docker:acme/app")
		var e *registry.Error
		require.ErrorAs(t, err, &e)
		require.ErrorContains(t, err, want)
	}
}

// FuzzOpenArchive feeds bytes to both readers of archives.
func FuzzOpenArchive(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(registrytest.Tar(f, map[string]string{"manifest.json": `[{"Config":"c","Layers":["c"]}]`}))
	f.Add(registrytest.Tar(f, map[string]string{"../../etc/passwd": "x"}))
	f.Add(registrytest.Tar(f, map[string]string{"index.json": `{"manifests":[{"digest":"` + someDigest + `"}]}`}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		file := filepath.Join(t.TempDir(), "image.tar")
		require.NoError(t, os.WriteFile(file, raw, 0o600))
		for _, kind := range []string{"oci-archive:", "docker-archive:"} {
			c, err := client().Open(t.Context(), kind+file)
			if err != nil {
				var e *registry.Error
				require.ErrorAs(t, err, &e)
				continue
			}
			require.NotEmpty(t, c.Images)
			require.NoError(t, c.Close())
		}
	})
}
