//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

// TestPushFromTheDaemon judges an image that only the Docker daemon holds,
// pushes it after the pass, signs what it pushed, and lets real cosign and the
// program itself verify it. A daemon keeps no manifest: that the configuration
// in the registry is the judged one is what makes the two the same image.
func TestPushFromTheDaemon(t *testing.T) {
	host := docker.need(t)
	env := []string{"DOCKER_HOST=" + host, "DOCKER_CONFIG=" + t.TempDir(), "COSIGN_PASSWORD=" + signPassword}
	repo := write(t, map[string]string{"Dockerfile": "FROM scratch\nCOPY hello /hello\nUSER 65532:65532\nENTRYPOINT [\"/hello\"]\n", "hello": "hello\n"})
	command{env: append(env, "DOCKER_BUILDKIT=0")}.must(t, tool(t, "docker"), "build", "--quiet", "--tag=hello:e2e", repo)
	id := strings.TrimSpace(command{env: env}.must(t, tool(t, "docker"), "image", "inspect", "--format={{.Id}}", "hello:e2e"))
	keys, _ := signKeys(t)
	name := distribution.need(t) + "/acme/hello"

	r := check(t, []int{0}, env, repo, "--image", "docker:hello:e2e", "--push", name+":1.2", "--sign", "--key", filepath.Join(keys, "cosign.key"))
	require.Len(t, r.Images, 1)
	require.True(t, r.Images[0].Signed)
	pushed := r.Images[0].Pushed
	require.True(t, strings.HasPrefix(pushed, name+"@sha256:"), pushed)
	require.Equal(t, id, manifestOf(t, pushed).Config.Digest, "the configuration in the registry is the one the daemon holds")

	for _, ref := range []string{pushed, name + ":1.2"} {
		got := tidewaiter(t, env, "verify", ref, "--key", filepath.Join(keys, "cosign.pub"))
		require.Zero(t, got.code, got.stderr)
		require.Equal(t, pushed+"\n", got.stdout)
		out, err := signCosign(t, keys, "verify", "--key=cosign.pub", "--insecure-ignore-tlog=true", ref)
		require.NoError(t, err, out)
	}
	requireUnsigned(t, env, keys, pushSpec(t, imagetest.Spec{Config: imagetest.Config{User: "1"}}, name+":other"))
}

// requireUnsigned holds that neither accepts an image of the same repository
// that nobody signed.
func requireUnsigned(t *testing.T, env []string, keys, ref string) {
	t.Helper()
	got := tidewaiter(t, env, "verify", ref, "--key", filepath.Join(keys, "cosign.pub"))
	require.Equal(t, 1, got.code, got.stdout+got.stderr)
	require.Empty(t, got.stdout)
	out, err := signCosign(t, keys, "verify", "--key=cosign.pub", "--insecure-ignore-tlog=true", ref)
	require.Error(t, err, out)
}

// storedManifest is what a registry says an image is made of.
type storedManifest struct {
	Config descriptor
	Layers []descriptor
}

type descriptor struct{ Digest string }

// manifestOf asks a registry for the manifest of an image named by digest.
func manifestOf(t *testing.T, ref string) storedManifest {
	t.Helper()
	name, digest, ok := strings.Cut(ref, "@")
	require.True(t, ok, ref)
	host, repository, _ := strings.Cut(name, "/")
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+"/v2/"+repository+"/manifests/"+digest, nil)
	require.NoError(t, err)
	req.Header.Set("Accept", "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusOK, resp.StatusCode)
	var m storedManifest
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&m))
	return m
}

// TestBlockedImageStaysHere blocks, so nothing may reach the registry.
func TestBlockedImageStaysHere(t *testing.T) {
	s := newShop(t)
	keys, _ := signKeys(t)
	name := distribution.need(t) + "/acme/blocked"
	r := check(t, []int{1}, []string{"COSIGN_PASSWORD=" + signPassword}, s.dir, "--advisories", filepath.Join(s.dir, "advisories"),
		"--image", s.assembled(t), "--push", name+":1", "--sign", "--key", filepath.Join(keys, "cosign.key"))
	require.Equal(t, "fail", r.Result)
	require.Empty(t, r.Images[0].Pushed)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+distribution.need(t)+"/v2/acme/blocked/tags/list", nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusNotFound, resp.StatusCode, "the repository exists: something was pushed")
}
