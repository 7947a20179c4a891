package registry

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"slices"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// dockerArchive is what `docker save` writes: a configuration, and layers named
// in manifest.json, usually uncompressed. It keeps no manifest, so root builds
// one that names the layers by their diff IDs. The library's own reader is not
// used: it compresses every layer anew to be read, and scans the archive once a
// layer.
type dockerArchive struct {
	tar    *archive
	ref    string
	config []byte
	// layers maps a diff ID to the archive's entry.
	layers map[string]string
	raw    []byte
	top    v1.Descriptor
}

// savedImage is an entry of manifest.json.
type savedImage struct {
	Config   string
	RepoTags []string
	Layers   []string
}

// openDockerArchive opens "FILE" or "FILE:NAME".
func openDockerArchive(ref, arg string) (store, error) {
	file, tag := splitTag(arg)
	a, err := openArchive(ref, file)
	if err != nil {
		return nil, err
	}
	d, err := readDockerArchive(ref, tag, a)
	if err != nil {
		a.close()
		return nil, err
	}
	return d, nil
}

// readDockerArchive reads all but the layers; tag chooses among several images.
func readDockerArchive(ref, tag string, a *archive) (*dockerArchive, error) {
	d := &dockerArchive{tar: a, ref: ref, layers: map[string]string{}}
	raw, err := d.read("manifest.json", MaxLayoutIndexBytes)
	if err != nil {
		return nil, err
	}
	var all []savedImage
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, failure(ref, Malformed, "save the image again", "manifest.json is not what docker save writes: %v", err)
	}
	saved, err := chooseSaved(ref, tag, all)
	if err != nil {
		return nil, err
	}
	if d.config, err = d.read(saved.Config, MaxConfigBytes); err != nil {
		return nil, err
	}
	return d, d.build(saved)
}

func chooseSaved(ref, tag string, all []savedImage) (savedImage, error) {
	want := ""
	if tag != "" {
		r, err := ParseRef(tag)
		if err != nil {
			return savedImage{}, err
		}
		want = r.String()
	}
	var names []string
	var found []savedImage
	for _, s := range all {
		names = append(names, s.RepoTags...)
		if tag == "" || slices.ContainsFunc(s.RepoTags, func(n string) bool {
			r, err := ParseRef(n)
			return err == nil && r.String() == want
		}) {
			found = append(found, s)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case tag != "":
		return savedImage{}, failure(ref, NotFound, "", "the archive has %d images named %q; it names %q", len(found), tag, names)
	}
	return savedImage{}, failure(ref, BadReference, "add :NAME to choose one", "the archive holds %d images, named %q", len(all), names)
}

// build makes the manifest that the image would have were its layers stored
// uncompressed: it is deterministic, and its configuration digest is the one
// that the pushed image will have.
func (d *dockerArchive) build(saved savedImage) error {
	var c configFacts
	if err := json.Unmarshal(d.config, &c); err != nil {
		return failure(d.ref, Malformed, "save the image again", "%s is not an image configuration: %v", saved.Config, err)
	}
	if len(saved.Layers) > MaxLayers {
		return failure(d.ref, TooLarge, "", "more than the limit of %d layers", MaxLayers)
	}
	if len(c.RootFS.DiffIDs) != len(saved.Layers) {
		return failure(d.ref, Malformed, "save the image again", "the configuration names %d layers, the archive %d", len(c.RootFS.DiffIDs), len(saved.Layers))
	}
	m := v1.Manifest{SchemaVersion: 2, MediaType: types.DockerManifestSchema2, Layers: []v1.Descriptor{}}
	m.Config = v1.Descriptor{MediaType: types.DockerConfigJSON, Size: int64(len(d.config)), Digest: hashOf(d.config)}
	for i, name := range saved.Layers {
		h, err := v1.NewHash(c.RootFS.DiffIDs[i])
		if err != nil {
			return failure(d.ref, Malformed, "save the image again", "%q is not a diff ID", c.RootFS.DiffIDs[i])
		}
		s, ok := d.tar.entries[name]
		if !ok {
			return failure(d.ref, Truncated, "save the image again, in whole", "the archive has no %s", name)
		}
		d.layers[h.String()] = name
		m.Layers = append(m.Layers, v1.Descriptor{MediaType: types.DockerUncompressedLayer, Size: s.size, Digest: h})
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return err
	}
	d.raw = raw
	d.top = v1.Descriptor{MediaType: m.MediaType, Size: int64(len(raw)), Digest: hashOf(raw)}
	return nil
}

func hashOf(b []byte) v1.Hash {
	h, err := v1.NewHash(digestOf(b))
	if err != nil {
		panic(err) // digestOf makes nothing else
	}
	return h
}

func (d *dockerArchive) read(name string, limit int) ([]byte, error) {
	rc, err := d.tar.open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, failure(d.ref, Malformed, "give a file that `docker save` wrote; for an OCI layout write oci-archive:", "the archive has no %q", name)
	}
	if err != nil {
		return nil, classify(d.ref, err)
	}
	defer rc.Close()
	return readLimited(rc, limit, d.ref, name)
}

func (d *dockerArchive) repo() string  { return "" }
func (d *dockerArchive) rebuilt() bool { return true }
func (d *dockerArchive) close() error  { return d.tar.close() }

func (d *dockerArchive) root(context.Context) (v1.Descriptor, []byte, error) {
	return d.top, d.raw, nil
}

func (d *dockerArchive) manifest(_ context.Context, want v1.Descriptor) ([]byte, error) {
	return nil, failure(d.ref, NotFound, "", "the archive has no manifest %s", want.Digest)
}

func (d *dockerArchive) blob(_ context.Context, want v1.Descriptor) (io.ReadCloser, error) {
	if want.Digest == hashOf(d.config) {
		return bytesPayload(d.config).open()
	}
	rc, err := d.tar.open(d.layers[want.Digest.String()])
	if err != nil {
		return nil, failure(d.ref, NotFound, "save the image again, in whole", "the archive has no layer %s", want.Digest)
	}
	return rc, nil
}
