package image_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

func stored(t *testing.T, l registry.Layer) []byte {
	t.Helper()
	r, err := l.Open(context.Background())
	require.NoError(t, err)
	raw, err := io.ReadAll(r)
	require.NoError(t, err)
	return raw
}

func serve(l *registry.Layer, raw []byte) {
	l.Open = func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }
}

func TestReadRefusesBrokenLayers(t *testing.T) {
	spec := layers(layer("etc/motd", random("motd", alnum, 4000)))
	for name, c := range map[string]struct {
		change func(l *registry.Layer, raw []byte)
		want   string
	}{
		"truncated": {func(l *registry.Layer, raw []byte) { serve(l, raw[:len(raw)/2]) }, "truncated or changed"},
		"one byte changed": {func(l *registry.Layer, raw []byte) {
			raw[len(raw)/2] ^= 1
			serve(l, raw)
		}, "was changed or damaged"},
		"bytes behind the end": {func(l *registry.Layer, raw []byte) { serve(l, append(raw, 0)) }, "truncated or changed"},
		"another tar":          {func(l *registry.Layer, _ []byte) { l.DiffID = "sha256:" + random("x", hexa, 64) }, "its unpacked content has digest"},
		"no diff ID":           {func(l *registry.Layer, _ []byte) { l.DiffID = "" }, "no diff ID"},
		"encrypted":            {func(l *registry.Layer, _ []byte) { l.MediaType += "+encrypted" }, "encrypted"},
		"cannot be opened": {func(l *registry.Layer, _ []byte) {
			l.Open = func(context.Context) (io.ReadCloser, error) { return nil, errors.New("registry says 404") }
		}, "registry says 404"},
		"breaks off": {func(l *registry.Layer, raw []byte) {
			l.Open = func(context.Context) (io.ReadCloser, error) {
				return io.NopCloser(io.MultiReader(bytes.NewReader(raw[:100]), failing{})), nil
			}
		}, "connection reset"},
		"bzip2": {func(l *registry.Layer, _ []byte) { serve(l, []byte("BZh91AY")) }, "push it as gzip or zstd"},
	} {
		t.Run(name, func(t *testing.T) {
			content := spec.Content()
			l := &content.Images[0].Layers[0]
			c.change(l, stored(t, *l))
			_, err := image.Read(context.Background(), content, image.Options{})
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, l.Digest)
		})
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

// What is verified must not be taken for a layer where it is no tar.
func TestReadRefusesWhatIsNoTar(t *testing.T) {
	content := layers(layer("a", "b")).Content()
	l := &content.Images[0].Layers[0]
	text := bytes.Repeat([]byte("this is no tar at all. "), 100)
	serve(l, text)
	l.Digest, l.Size, l.DiffID = digest(text), int64(len(text)), digest(text)
	_, err := image.Read(context.Background(), content, image.Options{})
	require.ErrorContains(t, err, "entry 1 of its tar")
}

func TestReadCompressions(t *testing.T) {
	plain := layer("usr/lib/os-release", debian12)
	plain.Compression = "none"
	content := layers(layer("etc/motd", "hi"), plain, layer("var/lib/dpkg/status", dpkg("libc6", "2.36-9"))).Content()
	packed := &content.Images[0].Layers[1]
	enc, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	zst := enc.EncodeAll(stored(t, *packed), nil)
	serve(packed, zst)
	packed.Digest, packed.Size = digest(zst), int64(len(zst))

	img, err := image.Read(context.Background(), content, image.Options{Parallel: 3})
	require.NoError(t, err)
	require.Equal(t, map[string]int{"pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12": 2}, purls(img.Platforms[0]))
}

// A docker archive stores layers as they are and names no digest of them.
func TestReadWithoutDigest(t *testing.T) {
	plain := layer("etc/motd", "hi")
	plain.Compression = "none"
	content := layers(plain).Content()
	l := &content.Images[0].Layers[0]
	l.Digest, l.Size = "", 0
	_, err := image.Read(context.Background(), content, image.Options{})
	require.NoError(t, err)
	l.DiffID = "sha256:" + random("x", hexa, 64)
	_, err = image.Read(context.Background(), content, image.Options{})
	require.ErrorContains(t, err, "layer "+l.DiffID)
}

func TestReadSharedLayersOnce(t *testing.T) {
	base := layer("usr/lib/os-release", debian12)
	index := imagetest.Index{
		{Layers: []imagetest.LayerSpec{base, layer("a", "1")}},
		{Layers: []imagetest.LayerSpec{base, layer("a", "2")}, Platform: registry.Platform{OS: "linux", Architecture: "arm64"}},
	}
	content := index.Content()
	var opened atomic.Int32
	for i := range content.Images {
		for j := range content.Images[i].Layers {
			l := &content.Images[i].Layers[j]
			open := l.Open
			l.Open = func(ctx context.Context) (io.ReadCloser, error) {
				opened.Add(1)
				return open(ctx)
			}
		}
	}
	img, err := image.Read(context.Background(), content, image.Options{})
	require.NoError(t, err)
	require.Len(t, img.Platforms, 2)
	require.EqualValues(t, 3, opened.Load())
	for i, p := range img.Platforms {
		require.Equal(t, "debian", p.Distro.ID)
		require.Same(t, img, p.Image)
		require.Equal(t, content.Images[i].Resolved.Digest, p.Digest)
	}
	require.Same(t, img.Platforms[0].Layers[0].Inventory, img.Platforms[1].Layers[0].Inventory)
}

func TestReadStopsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	content := layers(layer("a", "b")).Content()
	l := &content.Images[0].Layers[0]
	open := l.Open
	l.Open = func(c context.Context) (io.ReadCloser, error) {
		if c.Err() != nil {
			return nil, c.Err()
		}
		return open(c)
	}
	_, err := image.Read(ctx, content, image.Options{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestReadLimitsCounts(t *testing.T) {
	_, err := image.Read(context.Background(), &registry.Content{Images: make([]registry.Image, image.MaxPlatforms+1)}, image.Options{})
	require.ErrorContains(t, err, "more than 64 platforms")
	content := &registry.Content{Images: []registry.Image{{Layers: make([]registry.Layer, image.MaxLayers+1)}}}
	_, err = image.Read(context.Background(), content, image.Options{})
	require.ErrorContains(t, err, "more than 500 layers")
}

func TestReadConfig(t *testing.T) {
	p := read(t, imagetest.Spec{
		Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Config: imagetest.Config{
			User: "1000:1000", Env: []string{"A=b"}, Entrypoint: []string{"/app"}, Cmd: []string{"x"}, WorkingDir: "/srv",
			ExposedPorts: map[string]struct{}{"8080/tcp": {}, "53/udp": {}}, Volumes: map[string]struct{}{"/data": {}},
			Labels: map[string]string{"k": "v"},
		},
		History: []imagetest.History{{CreatedBy: "ADD rootfs"}, {CreatedBy: "ENV A=b", EmptyLayer: true}, {CreatedBy: "COPY x", Comment: "buildkit"}},
		Layers:  []imagetest.LayerSpec{layer("a", "b"), layer("x", "y")},
	})
	require.Equal(t, image.Config{
		User: "1000:1000", Env: []string{"A=b"}, Entrypoint: []string{"/app"}, Cmd: []string{"x"}, WorkingDir: "/srv",
		Exposed: []string{"53/udp", "8080/tcp"}, Volumes: []string{"/data"}, Labels: map[string]string{"k": "v"},
	}, p.Config)
	require.Equal(t, "2026-01-02T03:04:05Z", p.Created.Format(time.RFC3339))
	require.Equal(t, []image.History{
		{CreatedBy: "ADD rootfs", Layer: 0}, {CreatedBy: "ENV A=b", EmptyLayer: true, Layer: -1}, {CreatedBy: "COPY x", Comment: "buildkit", Layer: 1},
	}, p.History)
	require.Equal(t, 0, p.Layers[0].History)
	require.Equal(t, 2, p.Layers[1].History)
	require.Empty(t, p.NotAnalysed)
}

func TestReadUnknownAge(t *testing.T) {
	for _, at := range []time.Time{
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(0, 0).UTC(), time.Date(1980, 1, 1, 0, 0, 1, 0, time.UTC),
	} {
		require.Zero(t, read(t, imagetest.Spec{Created: at}).Created, at)
	}
}

func TestReadHistoryThatDoesNotFit(t *testing.T) {
	p := read(t, imagetest.Spec{
		History: []imagetest.History{{CreatedBy: "ADD rootfs"}},
		Layers:  []imagetest.LayerSpec{layer("a", "b"), layer("x", "y")},
	})
	require.Equal(t, -1, p.History[0].Layer)
	require.Equal(t, -1, p.Layers[1].History)
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "tells of 1 layers and the image has 2")
}

func TestReadConfigThatIsNone(t *testing.T) {
	content := layers(layer("a", "b")).Content()
	content.Images[0].Config = []byte("{\"config\":[]}")
	_, err := image.Read(context.Background(), content, image.Options{})
	require.ErrorContains(t, err, "linux/amd64: image configuration")
	content.Images[0].Config = make([]byte, image.MaxConfigBytes+1)
	_, err = image.Read(context.Background(), content, image.Options{})
	require.ErrorContains(t, err, "over the limit")
}
