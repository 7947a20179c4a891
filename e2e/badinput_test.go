//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

// refused is a run that must end with a code and a message that names things,
// on one line, and must not leave a report that looks like a pass.
func refused(t *testing.T, code int, names []string, env []string, args ...string) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "result.json")
	began := time.Now()
	got := tidewaiter(t, env, append([]string{"check", "--offline", "--output", "json=" + out}, args...)...)
	t.Logf("exit %d after %s: %s", got.code, time.Since(began).Round(time.Millisecond), strings.TrimSpace(got.stderr))
	require.Equal(t, code, got.code, got.stdout+got.stderr)
	for _, n := range names {
		require.Contains(t, got.stderr, n)
	}
	require.NotContains(t, got.stderr, "panic")
	if data, err := os.ReadFile(out); err == nil {
		require.Contains(t, string(data), `"result": "error"`)
	}
}

// TestRegistryThatRefuses asks registries that answer with a status, or not at all.
func TestRegistryThatRefuses(t *testing.T) {
	repo := write(t, nil)
	for status, says := range map[int]string{401: "docker login", 403: "403", 404: "not", 429: "429", 500: "500"} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
			defer srv.Close()
			name := strings.TrimPrefix(srv.URL, "http://") + "/acme/app"
			refused(t, 3, []string{name, says}, nil, "--image", name+":1", repo)
		})
	}
	t.Run("silence", func(t *testing.T) {
		done := make(chan struct{})
		srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-done:
			case <-r.Context().Done():
			}
		}))
		defer srv.Close()
		defer close(done)
		name := strings.TrimPrefix(srv.URL, "http://") + "/acme/app"
		refused(t, 3, []string{name, "did not answer"}, nil, "--image", name+":1", repo)
	})
	t.Run("nobody", func(t *testing.T) {
		address, err := freeAddress()
		require.NoError(t, err)
		refused(t, 3, []string{address, "refused"}, nil, "--image", address+"/acme/app:1", repo)
	})
	t.Run("no such tag", func(t *testing.T) {
		ref := distribution.need(t) + "/acme/app:absent"
		refused(t, 3, []string{ref, "404"}, nil, "--image", ref, repo)
	})
}

// TestStoredBlobsThatAreWrong changes what a real registry has on its disk
// under an image that was pushed to it.
func TestStoredBlobsThatAreWrong(t *testing.T) {
	repo := write(t, nil)
	for name, change := range map[string]func([]byte) []byte{
		"truncated": func(b []byte) []byte { return b[:len(b)/2] },
		"one byte changed": func(b []byte) []byte {
			b[len(b)/2] ^= 1
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			spec := imagetest.Spec{Layers: []imagetest.LayerSpec{{Files: []imagetest.FileSpec{{Path: "f", Data: []byte(strings.Repeat(name, 9999))}}}}}
			ref := pushSpec(t, spec, distribution.need(t)+"/acme/wrong:"+strings.ReplaceAll(name, " ", "-"))
			digest := manifestOf(t, ref).Layers[0].Digest
			hex := strings.TrimPrefix(digest, "sha256:")
			stored := filepath.Join(here.dir, distribution.name, "data/docker/registry/v2/blobs/sha256", hex[:2], hex, "data")
			data, err := os.ReadFile(stored)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(stored, change(data), 0o644))
			refused(t, 3, []string{digest}, nil, "--image", ref, repo)
		})
	}
}

// TestWrongKeysAndData gives a good image what does not belong to it.
func TestWrongKeysAndData(t *testing.T) {
	keys, _ := signKeys(t)
	s := newShop(t)
	image := s.assembled(t)
	to := distribution.need(t) + "/acme/wrong-key:1"
	for key, c := range map[string]struct{ password, names string }{
		"cosign.key": {"wrong", "COSIGN_PASSWORD"}, "cosign.pub": {signPassword, "cosign.pub"}, "absent.key": {signPassword, "absent.key"},
	} {
		refused(t, 3, []string{key, c.names}, []string{"COSIGN_PASSWORD=" + c.password}, "--image", image, "--push", to, "--sign",
			"--key", filepath.Join(keys, key), s.dir)
	}

	notOSV := write(t, map[string]string{"Debian/x.json": `{"hello": 1}`, "npm/x.json": "[", "Go/all.zip": "no zip"})
	refused(t, 3, []string{notOSV}, nil, "--advisories", notOSV, "--image", image, s.dir)
	refused(t, 3, []string{"/absent"}, nil, "--advisories", "/absent", "--image", image, s.dir)
}

// TestWrongUsage is told from a run that could not decide.
func TestWrongUsage(t *testing.T) {
	config := write(t, map[string]string{"tidewaiter.yaml": "version: 1\nfail-onn: high\n"})
	refused(t, 2, []string{"tidewaiter.yaml:2", "fail-on"}, nil, config)
	repo := write(t, nil)
	refused(t, 2, []string{"fail-on", "grave", "critical"}, nil, "--fail-on", "grave", repo)
	refused(t, 2, []string{"rot-user", "root-user"}, nil, "--rules", "rot-user", repo)

	// A tag can move while it is judged: the message holds the line to write.
	keys, _ := signKeys(t)
	name := distribution.need(t) + "/acme/tagged"
	byDigest := pushSpec(t, imagetest.Spec{}, name+":1")
	refused(t, 2, []string{"--sign", "--image " + byDigest}, []string{"COSIGN_PASSWORD=" + signPassword},
		"--sign", "--key", filepath.Join(keys, "cosign.key"), "--image", name+":1", repo)
}
