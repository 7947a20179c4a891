package imagetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	indexType    = "application/vnd.oci.image.index.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
)

// Index is an image of several platforms; with one Spec it is that image alone.
type Index []Spec

// descriptor points at a blob.
// See https://github.com/opencontainers/image-spec/blob/main/descriptor.md.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Size        int64             `json:"size"`
	Platform    *platform         `json:"platform,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type platform struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant,omitempty"`
}

type manifest struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Config        *descriptor  `json:"config,omitempty"`
	Layers        []descriptor `json:"layers,omitempty"`
	Manifests     []descriptor `json:"manifests,omitempty"`
}

type configFile struct {
	Created *time.Time `json:"created,omitempty"`
	platform
	Config Config `json:"config"`
	RootFS struct {
		Type    string   `json:"type"`
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
	History []History `json:"history,omitempty"`
}

// built is an image with all its blobs, the manifest last.
type built struct {
	spec     Spec
	blobs    []blob
	layers   []blob
	diffIDs  []string
	config   blob
	manifest blob
}

func (b blob) descriptor() descriptor {
	return descriptor{MediaType: b.mediaType, Digest: b.digest, Size: int64(len(b.data))}
}

// build makes the bytes of one image.
func (s Spec) build() (built, error) {
	if s.Platform == (registry.Platform{}) {
		s.Platform = registry.Platform{OS: "linux", Architecture: "amd64"}
	}
	out := built{spec: s}
	m := manifest{SchemaVersion: 2, MediaType: manifestType}
	for i, l := range s.Layers {
		stored, diffID, err := l.build()
		if err != nil {
			return built{}, fmt.Errorf("layer %d: %w", i, err)
		}
		out.layers, out.diffIDs = append(out.layers, stored), append(out.diffIDs, diffID)
		m.Layers = append(m.Layers, stored.descriptor())
	}
	raw, err := json.Marshal(s.configFile(out.diffIDs))
	if err != nil {
		return built{}, err
	}
	out.config = newBlob(configType, raw)
	d := out.config.descriptor()
	m.Config = &d
	if raw, err = json.Marshal(m); err != nil {
		return built{}, err
	}
	out.manifest = newBlob(manifestType, raw)
	out.blobs = append(append(out.blobs, out.layers...), out.config, out.manifest)
	return out, nil
}

func (s Spec) configFile(diffIDs []string) configFile {
	c := configFile{platform: platform(s.Platform), Config: s.Config, History: s.History}
	if !s.Created.IsZero() {
		c.Created = &s.Created
	}
	c.RootFS.Type, c.RootFS.DiffIDs = "layers", append([]string{}, diffIDs...)
	if s.History == nil {
		for i := range s.Layers {
			c.History = append(c.History, History{CreatedBy: fmt.Sprintf("COPY layer-%d / # buildkit", i)})
		}
	}
	return c
}

// Content returns the image as if opened from a reference. It panics where the
// spec cannot be written as a tar (an unknown compression, a path with a NUL):
// specs are written by the tests themselves.
func (s Spec) Content() *registry.Content { return Index{s}.Content() }

// Content is Spec.Content for an image of several platforms.
func (x Index) Content() *registry.Content {
	images, top, err := x.build()
	if err != nil {
		panic(fmt.Sprintf("imagetest: %v", err))
	}
	c := &registry.Content{Ref: "imagetest", Resolved: resolved(top)}
	for _, b := range images {
		c.Images = append(c.Images, b.image())
	}
	return c
}

// build returns the images and the manifest or index that names them.
func (x Index) build() ([]built, blob, error) {
	var images []built
	top := manifest{SchemaVersion: 2, MediaType: indexType}
	for i, s := range x {
		b, err := s.build()
		if err != nil {
			return nil, blob{}, fmt.Errorf("image %d: %w", i, err)
		}
		d, p := b.manifest.descriptor(), platform(b.spec.Platform)
		d.Platform = &p
		top.Manifests = append(top.Manifests, d)
		images = append(images, b)
	}
	if len(images) == 1 {
		return images, images[0].manifest, nil
	}
	raw, err := json.Marshal(top)
	return images, newBlob(indexType, raw), err
}

func (b built) image() registry.Image {
	img := registry.Image{Platform: b.spec.Platform, Resolved: resolved(b.manifest), Config: b.config.data}
	for i, l := range b.layers {
		img.Layers = append(img.Layers, registry.Layer{
			Digest: l.digest, DiffID: b.diffIDs[i], MediaType: l.mediaType, Size: int64(len(l.data)),
			Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(l.data)), nil },
		})
	}
	return img
}

func resolved(b blob) registry.Resolved {
	return registry.Resolved{Digest: b.digest, MediaType: b.mediaType, Size: int64(len(b.data)), Raw: b.data}
}
