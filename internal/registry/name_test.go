package registry_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

var someDigest = "sha256:" + strings.Repeat("0a", 32)

func TestParseRef(t *testing.T) {
	for in, want := range map[string]registry.Ref{
		"nginx":                              {Registry: "docker.io", Repository: "library/nginx"},
		"nginx:1.29":                         {Registry: "docker.io", Repository: "library/nginx", Tag: "1.29"},
		"index.docker.io/library/nginx:1":    {Registry: "docker.io", Repository: "library/nginx", Tag: "1"},
		"docker.io/acme/app":                 {Registry: "docker.io", Repository: "acme/app"},
		"ghcr.io/acme/app:1.2@" + someDigest: {Registry: "ghcr.io", Repository: "acme/app", Tag: "1.2", Digest: someDigest},
		"localhost:5000/app":                 {Registry: "localhost:5000", Repository: "app"},
		"localhost:5000/app:v1":              {Registry: "localhost:5000", Repository: "app", Tag: "v1"},
		"127.0.0.1:5000/a/b/c@" + someDigest: {Registry: "127.0.0.1:5000", Repository: "a/b/c", Digest: someDigest},
		"registry.k8s.io/kube-proxy:v1.36.0": {Registry: "registry.k8s.io", Repository: "kube-proxy", Tag: "v1.36.0"},
	} {
		got, err := registry.ParseRef(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got, in)
		again, err := registry.ParseRef(got.String())
		require.NoError(t, err)
		require.Equal(t, got, again, "the canonical form means the same")
	}
	for _, in := range []string{"", "UPPER/case", "app:", "app:a b", "app@sha256:12", "app@md5:" + strings.Repeat("a", 32), "$IMAGE", "a//b", "https://ghcr.io/acme/app", "app:" + strings.Repeat("t", 129)} {
		_, err := registry.ParseRef(in)
		var e *registry.Error
		require.ErrorAs(t, err, &e, in)
		require.Equal(t, registry.BadReference, e.Reason)
	}
}

func TestCanonical(t *testing.T) {
	require.Equal(t, "docker.io/library/nginx", registry.Canonical("nginx:1.29"))
	require.Equal(t, registry.Canonical("docker.io/library/nginx"), registry.Canonical("index.docker.io/library/nginx@"+someDigest))
	require.Empty(t, registry.Canonical("${IMAGE}"))
}

func TestIsDigestRef(t *testing.T) {
	require.True(t, registry.IsDigestRef("ghcr.io/acme/app@"+someDigest))
	for _, ref := range []string{"ghcr.io/acme/app:1.0", "oci:dir", "docker:app", "app@" + someDigest + "0"} {
		require.False(t, registry.IsDigestRef(ref), ref)
	}
}

func FuzzParseRef(f *testing.F) {
	for _, s := range []string{"nginx", "ghcr.io/acme/app:1.2@" + someDigest, "localhost:5000/a", ":@/", "a:b:c", "[::1]:5000/a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := registry.ParseRef(s)
		if err != nil {
			return
		}
		again, err := registry.ParseRef(r.String())
		require.NoError(t, err, r.String())
		require.Equal(t, r, again)
	})
}

func TestResolveWantsARegistry(t *testing.T) {
	for _, ref := range []string{"oci:dir", "oci-archive:f.tar", "docker-archive:f.tar", "docker:app"} {
		_, err := client().Resolve(t.Context(), ref)
		require.ErrorContains(t, err, "is not in a registry")
	}
}
