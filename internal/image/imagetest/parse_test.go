package imagetest_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

const example = `
-- app/image.yaml --
platform: linux/arm64/v8
created: 2026-01-02T03:04:05Z
user: "1000"
env: [PATH=/bin, MODE=test]
cmd: [serve]
entrypoint: [/app]
workdir: /srv
labels: {a: b}
exposed: [8080/tcp]
volumes: [/data]
history:
- {created_by: "FROM scratch", created: 2026-01-01T00:00:00Z}
- {created_by: "ENV MODE=test", empty_layer: true}
- {created_by: "RUN true", comment: buildkit.dockerfile.v0}
layers:
- modes: {bin/su: "4755"}
  owners: {bin/su: "0:42"}
  links: {bin/sh: su}
  hardlinks: {bin/alias: bin/su}
  dirs: [var/empty]
  base64: [bin/su]
- whiteouts: [bin/sh]
  opaque: [var]
  compression: none
-- app/layer-0/bin/su --
AAEC
-- app/layer-1/etc/motd --
hello
-- other/layer-0/x --
not this image
`

func parse(t *testing.T, text, dir string) imagetest.Spec {
	t.Helper()
	spec, err := imagetest.Parse(txtar.Parse([]byte(text)), dir)
	require.NoError(t, err)
	return spec
}

// entries unpacks a layer into "mode type name -> link: data" lines.
func entries(t *testing.T, l registry.Layer) []string {
	t.Helper()
	r, err := l.Open(context.Background())
	require.NoError(t, err)
	raw, err := io.ReadAll(r)
	require.NoError(t, err)
	if bytes.HasPrefix(raw, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(raw))
		require.NoError(t, err)
		raw, err = io.ReadAll(z)
		require.NoError(t, err)
	}
	var out []string
	for tr := tar.NewReader(bytes.NewReader(raw)); ; {
		h, err := tr.Next()
		if err == io.EOF {
			return out
		}
		require.NoError(t, err)
		data, err := io.ReadAll(tr)
		require.NoError(t, err)
		line := string(h.Typeflag) + " " + h.Name
		if h.Linkname != "" {
			line += " -> " + h.Linkname
		}
		if h.Mode&0o7000 != 0 {
			line += " set-id"
		}
		if h.Gid != 0 {
			line += " owned"
		}
		if len(data) > 0 {
			line += ": " + string(data)
		}
		out = append(out, line)
	}
}

func TestParse(t *testing.T) {
	content := parse(t, example, "app").Content()
	require.Len(t, content.Images, 1)
	img := content.Images[0]
	require.Equal(t, registry.Platform{OS: "linux", Architecture: "arm64", Variant: "v8"}, img.Platform)
	require.Equal(t, []string{
		"5 bin/", "0 bin/su set-id owned: \x00\x01\x02", "5 var/", "5 var/empty/", "2 bin/sh -> su", "1 bin/alias -> bin/su",
	}, entries(t, img.Layers[0]))
	require.Equal(t, []string{"5 etc/", "0 etc/motd: hello\n", "5 bin/", "0 bin/.wh.sh", "5 var/", "0 var/.wh..wh..opq"}, entries(t, img.Layers[1]))
	require.JSONEq(t, `{"created":"2026-01-02T03:04:05Z","os":"linux","architecture":"arm64","variant":"v8",
		"config":{"User":"1000","Env":["PATH=/bin","MODE=test"],"Cmd":["serve"],"Entrypoint":["/app"],"WorkingDir":"/srv",
			"Labels":{"a":"b"},"ExposedPorts":{"8080/tcp":{}},"Volumes":{"/data":{}}},
		"rootfs":{"type":"layers","diff_ids":["`+img.Layers[0].DiffID+`","`+img.Layers[1].DiffID+`"]},
		"history":[{"created":"2026-01-01T00:00:00Z","created_by":"FROM scratch"},
			{"created_by":"ENV MODE=test","empty_layer":true},{"created_by":"RUN true","comment":"buildkit.dockerfile.v0"}]}`, string(img.Config))
}

func TestParseIsDeterministic(t *testing.T) {
	require.Equal(t, parse(t, example, "app").Content().Resolved, parse(t, example, "app/").Content().Resolved)
}

func TestParseWithoutDocument(t *testing.T) {
	img := parse(t, example, "other").Content().Images[0]
	require.Equal(t, []string{"0 x: not this image\n"}, entries(t, img.Layers[0]))
	require.Contains(t, string(img.Config), `"history":[{"created_by":"COPY layer-0 / # buildkit"}]`)
}

func TestParseErrors(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":   {"-- i/image.yaml --\nusr: root\n", "usr"},
		"stray file":    {"-- i/README --\nx\n", "i/README"},
		"bad layer":     {"-- i/layer-x/f --\nx\n", "layer-N"},
		"mode of none":  {"-- i/image.yaml --\nlayers: [{modes: {f: \"644\"}}]\n", "layer 0: modes: f"},
		"no octal":      {"-- i/image.yaml --\nlayers: [{modes: {f: \"rwx\"}}]\n-- i/layer-0/f --\nx\n", "no octal mode"},
		"bad owner":     {"-- i/image.yaml --\nlayers: [{owners: {f: root}}]\n-- i/layer-0/f --\nx\n", "uid:gid"},
		"no base64":     {"-- i/image.yaml --\nlayers: [{base64: [f]}]\n-- i/layer-0/f --\n!\n", "base64: f"},
		"base64 absent": {"-- i/image.yaml --\nlayers: [{base64: [f]}]\n", "base64: f"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := imagetest.Parse(txtar.Parse([]byte(c.text)), "i")
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestWriteLayout(t *testing.T) {
	dir := t.TempDir()
	arm, amd := parse(t, example, "app"), parse(t, example, "other")
	index := imagetest.Index{arm, amd}
	require.NoError(t, index.WriteLayout(dir))

	marker, err := os.ReadFile(filepath.Join(dir, "oci-layout"))
	require.NoError(t, err)
	require.JSONEq(t, `{"imageLayoutVersion":"1.0.0"}`, string(marker))
	var top struct {
		Manifests []struct{ Digest, MediaType string }
	}
	raw, err := os.ReadFile(filepath.Join(dir, "index.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &top))
	content := index.Content()
	require.Equal(t, content.Resolved.Digest, top.Manifests[0].Digest)
	require.Equal(t, "application/vnd.oci.image.index.v1+json", top.Manifests[0].MediaType)
	for _, img := range content.Images {
		stored, err := os.ReadFile(filepath.Join(dir, "blobs", "sha256", img.Resolved.Digest[len("sha256:"):]))
		require.NoError(t, err)
		require.Equal(t, img.Resolved.Raw, stored)
		for _, l := range img.Layers {
			require.FileExists(t, filepath.Join(dir, "blobs", "sha256", l.Digest[len("sha256:"):]))
		}
	}
}

func TestWriteLayoutRefuses(t *testing.T) {
	require.ErrorContains(t, imagetest.Spec{Layers: []imagetest.LayerSpec{{Compression: "brotli"}}}.WriteLayout(t.TempDir()), "layer 0")
	require.Panics(t, func() { imagetest.Spec{Layers: []imagetest.LayerSpec{{Compression: "brotli"}}}.Content() })
	blocked := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(blocked, nil, 0o600))
	require.ErrorContains(t, imagetest.Spec{}.WriteLayout(blocked), "write image layout")
}
