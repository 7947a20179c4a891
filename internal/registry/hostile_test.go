package registry_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

const (
	ociManifest = "application/vnd.oci.image.manifest.v1+json"
	ociIndex    = "application/vnd.oci.image.index.v1+json"
	ociConfig   = "application/vnd.oci.image.config.v1+json"
	ociLayer    = "application/vnd.oci.image.layer.v1.tar+gzip"
	inToto      = "application/vnd.in-toto+json"
)

// object is JSON written by hand.
type object map[string]any

// scratch is a layout written by hand.
type scratch struct {
	t   *testing.T
	dir string
}

func newScratch(t *testing.T) scratch {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "blobs", "sha256"), 0o750))
	return scratch{t, dir}
}

// blob stores v and returns its descriptor.
func (s scratch) blob(mediaType string, v any) object {
	raw, ok := v.([]byte)
	if !ok {
		var err error
		raw, err = json.Marshal(v)
		require.NoError(s.t, err)
	}
	digest := registrytest.Digest(raw)
	require.NoError(s.t, os.WriteFile(filepath.Join(s.dir, "blobs", "sha256", strings.TrimPrefix(digest, "sha256:")), raw, 0o600))
	return object{"mediaType": mediaType, "digest": digest, "size": len(raw)}
}

// image stores an image whose layers have the given media types.
func (s scratch) image(layers ...string) object {
	var blobs []object
	diffIDs := []string{}
	for i, mediaType := range layers {
		blobs = append(blobs, s.blob(mediaType, []byte(fmt.Sprint("layer ", i))))
		diffIDs = append(diffIDs, someDigest)
	}
	config := s.blob(ociConfig, object{"os": "linux", "architecture": "amd64", "rootfs": object{"type": "layers", "diff_ids": diffIDs}})
	return s.blob(ociManifest, object{"schemaVersion": 2, "mediaType": ociManifest, "config": config, "layers": blobs})
}

func (s scratch) index(mediaType string, entries ...object) object {
	return s.blob(mediaType, object{"schemaVersion": 2, "mediaType": mediaType, "manifests": entries})
}

// open names the descriptor in index.json and opens the layout.
func (s scratch) open(entries ...object) (*registry.Content, error) {
	raw, err := json.Marshal(object{"schemaVersion": 2, "manifests": entries})
	require.NoError(s.t, err)
	require.NoError(s.t, os.WriteFile(filepath.Join(s.dir, "index.json"), raw, 0o600))
	return client().Open(s.t.Context(), "oci:"+s.dir)
}

func with(d object, extra object) object {
	out := object{}
	for k, v := range d {
		out[k] = v
	}
	for k, v := range extra {
		out[k] = v
	}
	return out
}

var unknown = object{"platform": object{"os": "unknown", "architecture": "unknown"},
	"annotations": object{"vnd.docker.reference.type": "attestation-manifest"}}

// TestOpenIsNotTalkedOutOfAnImage: what an index says of an entry does not keep
// real layers from being looked at.
func TestOpenIsNotTalkedOutOfAnImage(t *testing.T) {
	s := newScratch(t)
	disguised := with(s.image(ociLayer, inToto), unknown)
	honest := with(s.image(inToto), unknown)
	c, err := s.open(s.index(ociIndex, s.image(ociLayer), disguised, honest))
	require.NoError(t, err)
	require.Len(t, c.Images, 2)
	require.Equal(t, disguised["digest"], c.Images[1].Resolved.Digest)
	require.Equal(t, "linux/amd64", c.Images[1].Platform.String(), "from the configuration, not unknown/unknown")
}

func TestOpenRefusesHostileManifests(t *testing.T) {
	for name, c := range map[string]struct {
		make   func(s scratch) object
		reason registry.Reason
		want   string
	}{
		"image and index at once": {func(s scratch) object {
			return s.blob(ociManifest, object{"schemaVersion": 2, "config": s.blob(ociConfig, object{}), "layers": []object{}, "manifests": []object{s.image(ociLayer)}})
		}, registry.Malformed, "at once"},
		"index that says it is an image": {func(s scratch) object {
			return s.blob(ociManifest, object{"schemaVersion": 2, "mediaType": ociManifest, "manifests": []object{}})
		}, registry.Malformed, "lists manifests"},
		"announced otherwise": {func(s scratch) object { return with(s.image(ociLayer), object{"mediaType": ociIndex}) }, registry.Malformed, "was announced"},
		"no JSON":             {func(s scratch) object { return s.blob(ociManifest, []byte("{")) }, registry.Malformed, "not a manifest"},
		"foreign layer": {func(s scratch) object {
			return s.image(ociLayer, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip")
		}, registry.Unsupported, "is foreign"},
		"layer kept elsewhere": {func(s scratch) object {
			layer := with(s.blob(ociLayer, []byte("x")), object{"urls": []string{"https://elsewhere.example/layer"}})
			config := s.blob(ociConfig, object{"rootfs": object{"diff_ids": []string{someDigest}}})
			return s.blob(ociManifest, object{"schemaVersion": 2, "config": config, "layers": []object{layer}})
		}, registry.Unsupported, "is foreign"},
		"artifact": {func(s scratch) object {
			return s.blob(ociManifest, object{"schemaVersion": 2, "config": s.blob("application/vnd.cncf.helm.config.v1+json", object{}), "layers": []object{s.blob("application/x", []byte("x"))}})
		}, registry.Unsupported, "helm"},
		"schema 1": {func(s scratch) object {
			const schema1 = "application/vnd.docker.distribution.manifest.v1+json"
			return s.blob(schema1, object{"schemaVersion": 1, "mediaType": schema1})
		}, registry.Unsupported, "schema 1"},
		"too few diff IDs": {func(s scratch) object {
			return s.blob(ociManifest, object{"schemaVersion": 2, "config": s.blob(ociConfig, object{"rootfs": object{"diff_ids": []string{}}}), "layers": []object{s.blob(ociLayer, []byte("x"))}})
		}, registry.Malformed, "names 0 layers, the manifest 1"},
		"diff ID is none": {func(s scratch) object {
			return s.blob(ociManifest, object{"schemaVersion": 2, "config": s.blob(ociConfig, object{"rootfs": object{"diff_ids": []string{"../../x"}}}), "layers": []object{s.blob(ociLayer, []byte("x"))}})
		}, registry.Malformed, "not a sha256 digest"},
		"too many layers": {func(s scratch) object { return s.image(repeated(ociLayer, registry.MaxLayers+1)...) }, registry.TooLarge, "limit of 500 layers"},
		"too many entries": {func(s scratch) object {
			return s.index(ociIndex, repeated(s.image(ociLayer), registry.MaxIndexEntries+1)...)
		}, registry.TooLarge, "limit of 256 manifests"},
		"too many platforms":  {func(s scratch) object { return s.index(ociIndex, repeated(s.image(ociLayer), registry.MaxImages+1)...) }, registry.TooLarge, "limit of 64 platforms"},
		"only attestations":   {func(s scratch) object { return s.index(ociIndex, s.image(inToto)) }, registry.Unsupported, "no image"},
		"empty index":         {func(s scratch) object { return s.index(ociIndex) }, registry.Unsupported, "no image"},
		"nested too deep":     {nested, registry.TooLarge, "limit of 3"},
		"manifest too large":  {func(s scratch) object { return s.blob(ociManifest, make([]byte, registry.MaxManifestBytes+1)) }, registry.TooLarge, "limit of 4194304 bytes"},
		"size is a lie":       {func(s scratch) object { return with(s.image(ociLayer), object{"size": 3}) }, registry.BadDigest, "were announced"},
		"digest climbs out":   {func(s scratch) object { return with(s.image(ociLayer), object{"digest": "sha256:../../../etc/passwd"}) }, registry.Malformed, ""},
		"manifest is missing": {func(s scratch) object { return with(s.image(ociLayer), object{"digest": someDigest}) }, registry.NotFound, "has no blobs/sha256"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScratch(t)
			_, err := s.open(c.make(s))
			var e *registry.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.reason, e.Reason, err)
			require.Contains(t, err.Error(), c.want)
			require.Contains(t, err.Error(), "oci:"+s.dir)
		})
	}
}

func nested(s scratch) object {
	d := s.image(ociLayer)
	for range registry.MaxIndexDepth + 1 {
		d = s.index(ociIndex, d)
	}
	return d
}

func repeated[T any](v T, n int) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = v
	}
	return out
}

func TestOpenChoosesAmongSeveral(t *testing.T) {
	s := newScratch(t)
	named := func(d object, name string) object {
		return with(d, object{"annotations": object{"org.opencontainers.image.ref.name": name}})
	}
	one, two := named(s.image(ociLayer), "one"), named(s.image(ociLayer, ociLayer), "two")
	_, err := s.open(one, two)
	require.ErrorContains(t, err, `named ["one" "two"]`)
	require.ErrorContains(t, err, "add :NAME")
	c, err := client().Open(t.Context(), "oci:"+s.dir+":two")
	require.NoError(t, err)
	require.Equal(t, two["digest"], c.Resolved.Digest)
	_, err = client().Open(t.Context(), "oci:"+s.dir+":three")
	require.True(t, registry.IsNotFound(err), err)
	_, err = s.open()
	require.ErrorContains(t, err, "lists no image")
}

func TestLayoutDoesNotFollowLinksOut(t *testing.T) {
	s := newScratch(t)
	d := s.image(ociLayer)
	blob := filepath.Join(s.dir, "blobs", "sha256", strings.TrimPrefix(d["digest"].(string), "sha256:"))
	outside := filepath.Join(t.TempDir(), "outside")
	require.NoError(t, os.Rename(blob, outside))
	require.NoError(t, os.Symlink(outside, blob))
	_, err := s.open(d)
	require.ErrorContains(t, err, "escapes")
}

func TestMissingLayoutsAndArchives(t *testing.T) {
	empty := t.TempDir()
	garbage := filepath.Join(t.TempDir(), "garbage.tar")
	require.NoError(t, os.WriteFile(garbage, []byte(strings.Repeat("not a tar ", 200)), 0o600))
	gz := filepath.Join(t.TempDir(), "image.tar.gz")
	require.NoError(t, os.WriteFile(gz, []byte{0x1f, 0x8b, 8, 0}, 0o600))
	for ref, want := range map[string]string{
		"oci:" + empty:                        "no index.json",
		"oci:" + filepath.Join(empty, "none"): "no such file",
		"oci:":                                "incomplete reference",
		"oci-archive:" + garbage:              "cannot be read",
		"oci-archive:" + empty + "/none":      "no such file",
		"docker-archive:" + gz:                "gunzip",
		"ghcr.io/acme/app":                    "neither a digest nor a tag",
		"${IMAGE}":                            "not an image reference",
		"":                                    "not an image reference",
	} {
		_, err := client().Open(t.Context(), ref)
		var e *registry.Error
		require.ErrorAs(t, err, &e, ref)
		require.ErrorContains(t, err, want, ref)
	}
}

func TestArchiveIsReadAsItsLayout(t *testing.T) {
	img := registrytest.Image(t, "amd64", "one", "two")
	dir := registrytest.Layout(t, img)
	files := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		require.NoError(t, err)
		files[rel], err = os.ReadFile(p)
		return err
	}))
	file := filepath.Join(t.TempDir(), "layout.tar")
	require.NoError(t, os.WriteFile(file, tarOf(t, files), 0o600))
	want, err := client().Open(t.Context(), "oci:"+dir)
	require.NoError(t, err)
	got, err := client().Open(t.Context(), "oci-archive:"+file)
	require.NoError(t, err)
	defer got.Close()
	require.Equal(t, want.Resolved, got.Resolved)
	for i, l := range got.Images[0].Layers {
		require.Equal(t, want.Images[0].Layers[i].DiffID, unpacked(t, l))
	}
}

func FuzzOpenLayout(f *testing.F) {
	for _, seed := range []string{`{"schemaVersion":2,"config":{"mediaType":"` + ociConfig + `","digest":"` + someDigest + `","size":2},"layers":[]}`,
		`{"manifests":[{"digest":"` + someDigest + `"}]}`, `{"manifests":null,"layers":[{"urls":["x"]}]}`, `null`, `[]`, `{"layers":[{"digest":"sha256:"}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s := newScratch(t)
		c, err := s.open(s.blob("", raw))
		if err != nil {
			var e *registry.Error
			require.ErrorAs(t, err, &e)
			return
		}
		require.NotEmpty(t, c.Images)
		_, err = v1.NewHash(c.Resolved.Digest)
		require.NoError(t, err)
	})
}
