package facts

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

func TestNames(t *testing.T) {
	img := &image.Image{Resolved: registry.Resolved{Repo: "index.docker.io/library/nginx"}}
	require.Equal(t, map[string]bool{"docker.io/library/nginx": true}, names(img, ""))
	require.Equal(t, map[string]bool{"ghcr.io/acme/app": true}, names(&image.Image{}, "ghcr.io/acme/app:1.2"))
	require.Empty(t, names(&image.Image{}, ""))
}

func TestRuns(t *testing.T) {
	b := &Build{Image: &image.Image{Resolved: registry.Resolved{Digest: "sha256:index"}}, Platform: &image.Platform{Digest: "sha256:amd64"}}
	repos := map[string]bool{"ghcr.io/acme/app": true}
	for _, c := range []struct {
		ref  manifest.ImageReference
		want bool
	}{
		{manifest.ImageReference{Canonical: "ghcr.io/acme/app", Tag: "1"}, true},
		{manifest.ImageReference{Canonical: "ghcr.io/acme/app", Digest: "sha256:other"}, true},
		{manifest.ImageReference{Canonical: "ghcr.io/acme/other"}, false},
		{manifest.ImageReference{Canonical: "mirror.example/app", Digest: "sha256:index"}, true},
		{manifest.ImageReference{Canonical: "mirror.example/app", Digest: "sha256:amd64"}, true},
		{manifest.ImageReference{}, false},
	} {
		require.Equal(t, c.want, runs(c.ref, b, repos), "%+v", c.ref)
	}
}

func TestHeadersOnly(t *testing.T) {
	of := func(names ...string) *Vulnerability {
		v := &Vulnerability{}
		for _, n := range names {
			v.Packages = append(v.Packages, image.Package{Name: n, Type: "deb"})
		}
		return v
	}
	require.True(t, of("linux-libc-dev", "linux-headers-6.1.0-9-amd64").HeadersOnly())
	require.False(t, of("linux-libc-dev", "linux-image-6.1.0-9-amd64").HeadersOnly())
	require.False(t, of("openssl").HeadersOnly())
	npm := of("linux-headers")
	npm.Packages[0].Type = "npm"
	require.False(t, npm.HeadersOnly())
}
