package deploy

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRemovedAPIsAreWellFormed(t *testing.T) {
	type identity struct{ group, version, kind string }
	seen := map[identity]bool{}
	for _, api := range removedAPIs {
		require.Regexp(t, regexp.MustCompile(`^v\d+(?:alpha|beta)\d+$`), api.version)
		require.Greater(t, api.minor, 15)
		require.NotEqual(t, api.group+"/"+api.version, api.instead)
		require.False(t, api.same && api.instead == "", "%s/%s", api.group, api.version)
		for _, k := range append([]string{""}, api.kinds...) {
			if k == "" && api.kinds != nil {
				continue
			}
			id := identity{api.group, api.version, k}
			require.False(t, seen[id], "%v twice", id)
			seen[id] = true
		}
	}
}

func TestMinor(t *testing.T) {
	for version, want := range map[string]int{"1.36": 36, "v1.36": 36, "1.36.2": 36, "1": 0, "": 0, "one": 0} {
		require.Equal(t, want, minor(version), version)
	}
}
