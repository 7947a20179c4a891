package registry_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// exported writes what `docker save` on containerd's image store and `ctr image
// export` do: an OCI layout of several images, one of them under two names, and
// Docker's manifest.json beside it, whose layers are the layout's blobs as stored.
func exported(t *testing.T) (file string, digests []any) {
	t.Helper()
	s := newScratch(t)
	one, two := s.image(ociLayer), s.image(ociLayer, ociLayer)
	name := func(d object, whole, tag string) object {
		return with(d, object{"annotations": object{"io.containerd.image.name": whole, "org.opencontainers.image.ref.name": tag}})
	}
	_, _ = s.open(name(one, "docker.io/acme/app:1", "1"), name(two, "docker.io/acme/app:2", "2"), name(one, "ghcr.io/acme/app:latest", "latest"))
	files := map[string][]byte{"oci-layout": []byte(`{"imageLayoutVersion":"1.0.0"}`)}
	var saved []object
	for i, d := range []object{one, two} {
		raw, err := os.ReadFile(filepath.Join(s.dir, "blobs", "sha256", strings.TrimPrefix(d["digest"].(string), "sha256:")))
		require.NoError(t, err)
		var m struct {
			Config struct{ Digest string }
			Layers []struct{ Digest string }
		}
		require.NoError(t, json.Unmarshal(raw, &m))
		entry := object{"Config": blobName(m.Config.Digest), "RepoTags": []string{"acme/app:" + []string{"1", "2"}[i]}}
		var layers []string
		for _, l := range m.Layers {
			layers = append(layers, blobName(l.Digest))
		}
		entry["Layers"] = layers
		saved = append(saved, entry)
	}
	raw, err := json.Marshal(saved)
	require.NoError(t, err)
	files["manifest.json"] = raw
	require.NoError(t, filepath.WalkDir(s.dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(s.dir, p)
		require.NoError(t, err)
		files[filepath.ToSlash(rel)], err = os.ReadFile(p)
		return err
	}))
	file = filepath.Join(t.TempDir(), "images.tar")
	require.NoError(t, os.WriteFile(file, tarOf(t, files), 0o600))
	return file, []any{one["digest"], two["digest"]}
}

func blobName(digest string) string { return "blobs/" + strings.Replace(digest, ":", "/", 1) }

func TestExportOfContainerdsImageStore(t *testing.T) {
	file, digests := exported(t)
	for name, want := range map[string]any{
		"docker.io/acme/app:1": digests[0], "acme/app:1": digests[0], "acme/app:2": digests[1], "2": digests[1],
		"ghcr.io/acme/app:latest": digests[0], digests[1].(string): digests[1], digests[0].(string): digests[0],
	} {
		c, err := client().Open(t.Context(), "oci-archive:"+file+":"+name)
		require.NoError(t, err, name)
		require.Equal(t, want, c.Resolved.Digest, name)
		require.NoError(t, c.Close())
	}
	_, err := client().Open(t.Context(), "oci-archive:"+file)
	require.ErrorContains(t, err, `named ["docker.io/acme/app:1" "docker.io/acme/app:2" "ghcr.io/acme/app:latest"]`)
	require.ErrorContains(t, err, "add :NAME")
	_, err = client().Open(t.Context(), "oci-archive:"+file+":ghcr.io/acme/app:2")
	require.ErrorContains(t, err, "0 images named")

	c, err := client().Open(t.Context(), "docker-archive:"+file+":acme/app:2")
	require.NoError(t, err)
	defer c.Close()
	require.Len(t, c.Images[0].Layers, 2)
}
