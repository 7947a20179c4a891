package registry_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

// refer stores an artifact that refers to digest and returns its descriptor.
func refer(t *testing.T, repo, digest, text string) registry.Descriptor {
	t.Helper()
	raw, err := json.Marshal(object{"schemaVersion": 2, "mediaType": ociManifest, "artifactType": "application/x",
		"config":  object{"mediaType": registry.EmptyMediaType, "digest": registrytest.Digest([]byte("{}")), "size": 2},
		"layers":  []object{},
		"subject": object{"mediaType": ociManifest, "digest": digest, "size": 2}, "annotations": object{"text": text}})
	require.NoError(t, err)
	_, err = client().PutBlob(t.Context(), repo, []byte("{}"))
	require.NoError(t, err)
	subject, err := client().PutManifest(t.Context(), repo, "", ociManifest, raw)
	require.NoError(t, err)
	require.Empty(t, subject, "the test registry does not say that it keeps a list")
	return registry.Descriptor{MediaType: ociManifest, Digest: registrytest.Digest(raw), Size: int64(len(raw)),
		ArtifactType: "application/x", Annotations: map[string]string{"text": text}}
}

func TestReferrersByAPIAndByTag(t *testing.T) {
	for _, api := range []bool{true, false} {
		repo := registrytest.New(t, api).Host + "/acme/app"
		none, err := client().Referrers(t.Context(), repo, someDigest)
		require.NoError(t, err)
		require.Empty(t, none)
		want := []registry.Descriptor{refer(t, repo, someDigest, "one"), refer(t, repo, someDigest, "two")}
		if !api {
			for range 2 { // adding again changes nothing
				for _, d := range want {
					require.NoError(t, client().AddReferrerByTag(t.Context(), repo, someDigest, d))
				}
			}
		}
		got, err := client().Referrers(t.Context(), repo, someDigest)
		require.NoError(t, err)
		if !api {
			require.Equal(t, want, got, "with artifact type and annotations")
		}
		require.Len(t, got, 2)
		_, answered, err := client().ReferrersByAPI(t.Context(), repo, someDigest)
		require.NoError(t, err)
		require.Equal(t, api, answered)
	}
}

func TestReferrersPages(t *testing.T) {
	srv := registrytest.New(t, false)
	pages := func(total int, next func(int) string) {
		srv.Answer(func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.Contains(r.URL.Path, "/referrers/") {
				return false
			}
			page := 1
			_, _ = fmt.Sscanf(r.URL.Query().Get("page"), "%d", &page)
			if page < total {
				w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, next(page+1)))
			}
			w.Header().Set("Content-Type", ociIndex+"; charset=utf-8")
			_ = json.NewEncoder(w).Encode(registry.Index{Manifests: []registry.Descriptor{{Digest: registrytest.Digest([]byte{byte(page)})}}})
			return true
		})
	}
	relative := func(p int) string { return fmt.Sprintf("/v2/acme/app/referrers/%s?page=%d", someDigest, p) }
	pages(3, relative)
	got, err := client().Referrers(t.Context(), srv.Host+"/acme/app", someDigest)
	require.NoError(t, err)
	require.Len(t, got, 3)

	pages(registry.MaxReferrerPages+1, relative)
	_, err = client().Referrers(t.Context(), srv.Host+"/acme/app", someDigest)
	require.ErrorContains(t, err, "limit of 200 referrers")

	pages(2, func(int) string { return "http://elsewhere.example/steal" })
	_, err = client().Referrers(t.Context(), srv.Host+"/acme/app", someDigest)
	require.ErrorContains(t, err, "another host")
}

func TestReferrersTagHoldsSomethingElse(t *testing.T) {
	srv := registrytest.New(t, false)
	repo := srv.Host + "/acme/app"
	put(t, repo+":"+registry.FallbackTag(someDigest), registrytest.Image(t, "amd64", "one"))
	err := client().AddReferrerByTag(t.Context(), repo, someDigest, registry.Descriptor{Digest: someDigest})
	require.ErrorContains(t, err, "not a list of referrers", "an image is not overwritten")
}
