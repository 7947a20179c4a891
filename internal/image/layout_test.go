package image_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// What imagetest writes must read the same through a real layout as from memory.
func TestReadLayout(t *testing.T) {
	spec := layers(layer("usr/lib/os-release", debian12, "var/lib/dpkg/status", dpkg("libc6", "2.36-9")), one("app", "a", "1.0.0"))
	arm := spec
	arm.Platform = registry.Platform{OS: "linux", Architecture: "arm64", Variant: "v8"}
	for name, index := range map[string]imagetest.Index{"one": {spec}, "two": {spec, arm}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, index.WriteLayout(dir))
			content, err := registry.New(registry.Options{}).Open(context.Background(), "oci:"+dir)
			require.NoError(t, err)
			got, err := image.Read(context.Background(), content, image.Options{})
			require.NoError(t, err)
			want, err := image.Read(context.Background(), index.Content(), image.Options{})
			require.NoError(t, err)
			require.Equal(t, want.Resolved, got.Resolved)
			require.Len(t, got.Platforms, len(index))
			for i, p := range got.Platforms {
				w := want.Platforms[i]
				require.Equal(t, w.Platform, p.Platform)
				require.Equal(t, w.Packages, p.Packages)
				require.Equal(t, w.Distro, p.Distro)
				require.Equal(t, w.Layers, p.Layers)
				require.Empty(t, p.NotAnalysed)
			}
		})
	}
}

func TestReadLayoutDamaged(t *testing.T) {
	dir := t.TempDir()
	spec := layers(one("app", "a", "1.0.0"))
	require.NoError(t, spec.WriteLayout(dir))
	digest := spec.Content().Images[0].Layers[0].Digest
	blob := filepath.Join(dir, "blobs", "sha256", digest[len("sha256:"):])
	raw, err := os.ReadFile(blob)
	require.NoError(t, err)
	raw[len(raw)-5] ^= 1
	require.NoError(t, os.WriteFile(blob, raw, 0o600))
	content, err := registry.New(registry.Options{}).Open(context.Background(), "oci:"+dir)
	require.NoError(t, err)
	_, err = image.Read(context.Background(), content, image.Options{})
	require.ErrorContains(t, err, digest)
	require.ErrorContains(t, err, "push the image again")
}
