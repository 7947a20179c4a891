package deploy

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
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

// TestTheTableAgreesWithTheSources holds the table against what the sources of
// Kubernetes say of the kinds that they still describe.
func TestTheTableAgreesWithTheSources(t *testing.T) {
	compared := 0
	for _, k := range schema.Kubernetes().Kinds() {
		group, version, ok := strings.Cut(k.APIVersion, "/")
		api, known := tabled(group, version, k.Name)
		if !ok || !known || k.Removed == 0 || strings.Contains(version, "alpha") {
			continue // alpha versions leave the sources later than the API server
		}
		require.Equal(t, k.Removed, api.minor, "%s %s", k.APIVersion, k.Name)
		compared++
	}
	require.Greater(t, compared, 40)
}

func TestGeneratedRemovals(t *testing.T) {
	api, ok := removedVersion("networking.k8s.io/v1beta1", "ServiceCIDR")
	require.True(t, ok)
	require.Equal(t, removedAPI{group: "networking.k8s.io", version: "v1beta1", minor: 37, instead: "networking.k8s.io/v1"}, api)
	for _, still := range [][2]string{{"apps/v1", "Deployment"}, {"v1", "Endpoints"}, {"resource.k8s.io/v1beta2", "ResourceClaim"}, {"example.com/v1beta1", "Deployment"}} {
		_, ok = removedVersion(still[0], still[1])
		require.False(t, ok, "%v", still)
	}
}
