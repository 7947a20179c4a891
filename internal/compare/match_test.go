package compare

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShare(t *testing.T) {
	require.Equal(t, 100, Share("a\nb\n", "  b\n\na\n"), "order and white space do not count")
	require.Equal(t, 50, Share("a\nb\n", "a\nc\nd\n"), "of the smaller text")
	require.Equal(t, 50, Share("a\na\n", "a\nb\n"), "a line counts as often as it stands there")
	require.Zero(t, Share("", "a\n"))
}

func TestLoose(t *testing.T) {
	for key, want := range map[string]string{
		"ghcr.io/acme/web:1.2": "ghcr.io/acme/web:",
		"debian:12":            loose("debian:13"),
		"EXPOSE 8080":          "EXPOSE 8080",
		"spec.replicas":        "spec.replicas",
	} {
		require.Equal(t, want, loose(key), key)
	}
	require.NotEqual(t, loose("debian:12"), loose("alpine:12"))
	require.Equal(t, loose("alpine@sha256:00ff"), loose("alpine@sha256:11ee"))
}

func TestAnyContainer(t *testing.T) {
	a := anyContainer(print{key: "spec.containers(web).image", container: "web"})
	require.Equal(t, a, anyContainer(print{key: "spec.containers(shop).image", container: "shop"}))
	require.NotEqual(t, a, anyContainer(print{key: "spec.initContainers(shop).image", container: "shop"}))
}

func FuzzShare(f *testing.F) {
	f.Add("a\nb", "b\nc")
	f.Fuzz(func(t *testing.T, a, b string) {
		if s := Share(a, b); s < 0 || s > 100 || s != Share(b, a) {
			t.Fatalf("%d and %d", s, Share(b, a))
		}
	})
}
