package registry_test

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

// client is one that loses no time on broken registries.
func client() *registry.Client {
	return registry.New(registry.Options{Backoff: time.Millisecond, Timeout: 2 * time.Second, UserAgent: "tidewaiter-test"})
}

// put stores an image in a test registry with the library's own client.
func put(t *testing.T, ref string, img v1.Image) {
	t.Helper()
	tag, err := name.NewTag(ref)
	require.NoError(t, err)
	require.NoError(t, remote.Write(tag, img))
}

// unpacked hashes the uncompressed content of a layer.
func unpacked(t *testing.T, l registry.Layer) string {
	t.Helper()
	rc, err := l.Open(context.Background())
	require.NoError(t, err)
	defer rc.Close()
	var r io.Reader = rc
	if l.Digest != "" {
		r, err = gzip.NewReader(rc)
		require.NoError(t, err)
	}
	h := sha256.New()
	_, err = io.Copy(h, r)
	require.NoError(t, err)
	return fmt.Sprintf("sha256:%x", h.Sum(nil))
}

func TestOpenReadsLayoutAndRegistryAlike(t *testing.T) {
	img := registrytest.Image(t, "amd64", "one", "two")
	digest, err := img.Digest()
	require.NoError(t, err)
	srv := registrytest.New(t, true)
	put(t, srv.Host+"/acme/app:1.0", img)

	repo := srv.Host + "/acme/app"
	for ref, wantRepo := range map[string]string{
		"oci:" + registrytest.Layout(t, img): "",
		repo + ":1.0":                        repo,
		repo + "@" + digest.String():         repo,
	} {
		c, err := client().Open(t.Context(), ref)
		require.NoError(t, err, ref)
		require.Equal(t, ref, c.Ref)
		require.Equal(t, digest.String(), c.Resolved.Digest)
		require.Equal(t, wantRepo, c.Resolved.Repo)
		require.EqualValues(t, len(c.Resolved.Raw), c.Resolved.Size)
		require.Equal(t, "application/vnd.oci.image.manifest.v1+json", c.Resolved.MediaType)
		require.Len(t, c.Images, 1)
		require.Equal(t, "linux/amd64", c.Images[0].Platform.String())
		require.Equal(t, c.Resolved, c.Images[0].Resolved)
		require.Len(t, c.Images[0].Layers, 2)
		for _, l := range c.Images[0].Layers {
			require.Equal(t, l.DiffID, unpacked(t, l), ref)
		}
		require.NoError(t, c.Close())
	}
}

func TestOpenIndexLeavesAttestationsOut(t *testing.T) {
	idx := registrytest.Index(t, registrytest.Image(t, "amd64", "a"), registrytest.Image(t, "arm64", "b"))
	c, err := client().Open(t.Context(), "oci:"+registrytest.Layout(t, idx))
	require.NoError(t, err)
	defer c.Close()
	require.Len(t, c.Images, 2)
	require.Equal(t, "linux/amd64", c.Images[0].Platform.String())
	require.Equal(t, "linux/arm64", c.Images[1].Platform.String())
	require.NotEqual(t, c.Resolved.Digest, c.Images[0].Resolved.Digest)
	require.Len(t, c.Attestations, 1)
	statement, err := c.Attestations[0].Read(t.Context())
	require.NoError(t, err)
	require.Contains(t, string(statement), "in-toto.io/Statement")
}

func TestOpenRefusesDamagedLayout(t *testing.T) {
	for what, damage := range map[string]func([]byte) []byte{
		"bad-digest": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"truncated":  func(b []byte) []byte { return b[:len(b)-1] },
	} {
		img := registrytest.Image(t, "amd64", "one")
		dir := registrytest.Layout(t, img)
		config, err := img.ConfigName()
		require.NoError(t, err)
		file := filepath.Join(dir, "blobs", "sha256", config.Hex)
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, damage(raw), 0o600))
		_, err = client().Open(t.Context(), "oci:"+dir)
		var e *registry.Error
		require.ErrorAs(t, err, &e, what)
		require.Equal(t, registry.Reason(what), e.Reason)
	}
}
