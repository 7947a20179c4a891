package registry

import (
	"context"
	"io"

	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Resolved is one manifest or index, named by digest: what was judged, and the
// only thing that can be signed.
type Resolved struct {
	// Repo is "registry/repository" where the content lives in a registry, ""
	// for a layout, archive or daemon image that has not been pushed.
	Repo string
	// Digest is "sha256:<64 hex>" of Raw.
	Digest string
	// MediaType is the OCI or Docker media type of Raw.
	MediaType string
	// Size is the length of Raw in bytes.
	Size int64
	// Raw is the manifest or index, byte for byte.
	Raw []byte
}

// Reference returns "registry/repository@sha256:…", or the digest alone where
// the content has no repository.
func (r Resolved) Reference() string {
	if r.Repo == "" {
		return r.Digest
	}
	return r.Repo + "@" + r.Digest
}

// IsIndex reports whether a media type is that of an index of images.
func IsIndex(mediaType string) bool { return types.MediaType(mediaType).IsIndex() }

// Platform is an OCI platform.
type Platform struct{ OS, Architecture, Variant string }

// String returns "os/architecture[/variant]".
func (p Platform) String() string {
	s := p.OS + "/" + p.Architecture
	if p.Variant != "" {
		s += "/" + p.Variant
	}
	return s
}

// Content is an opened image reference: one image, or an index of several.
type Content struct {
	// Ref is the reference as the user gave it.
	Ref string
	// Resolved is what Ref meant when it was opened.
	Resolved Resolved
	// Images are the platforms, attestation manifests left out; one entry where
	// Resolved is a single image.
	Images []Image
	// Attestations are the statements beside the images of an index.
	Attestations []Attestation

	// store is what Push copies from.
	store store
}

// Close releases the archive or layout behind the content; its layers cannot be
// opened any more.
func (c *Content) Close() error {
	if c == nil || c.store == nil {
		return nil
	}
	return c.store.close()
}

// Image is the manifest of one platform with its layers, lowest first.
type Image struct {
	Platform Platform
	Resolved Resolved
	// Config is the raw image configuration, its digest verified.
	Config []byte
	Layers []Layer
}

// Attestation is one in-toto statement beside the images of an index, as BuildKit
// puts it there. Which image it speaks of, it says itself.
type Attestation struct {
	// PredicateType is what its manifest says that it holds, Digest the statement's.
	PredicateType, Digest string
	Size                  int64
	// Read returns the statement, its digest verified.
	Read func(ctx context.Context) ([]byte, error)
}

// Layer is one blob of an image.
type Layer struct {
	// Digest is that of the blob as stored, "" for a docker archive or daemon,
	// which store layers uncompressed.
	Digest string
	// DiffID is that of the uncompressed tar, from the image configuration.
	DiffID    string
	MediaType string
	// Size is the stored size in bytes, 0 where unknown.
	Size int64
	// Open streams the blob as stored. The reader does not verify; whoever
	// consumes it hashes what it reads and compares with Digest and DiffID.
	Open func(ctx context.Context) (io.ReadCloser, error)
}
