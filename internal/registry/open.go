package registry

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/errgroup"
)

// Open resolves ref once and returns what it holds: "registry/repository" with
// a digest or tag, "oci:DIR[:TAG]", "oci-archive:FILE[:TAG]",
// "docker-archive:FILE[:NAME]" or "docker:NAME" (the daemon). Manifests and
// configurations are read and verified; layers are streamed on demand. Every
// error is an *Error. Close the content when its layers are no longer needed.
func (c *Client) Open(ctx context.Context, ref string) (*Content, error) {
	s, err := c.store(ctx, ref)
	if err != nil {
		return nil, err
	}
	content, err := load(ctx, s, ref)
	if err != nil {
		s.close()
		return nil, classify(ref, err)
	}
	return content, nil
}

// store chooses the kind of place that ref names.
func (c *Client) store(ctx context.Context, ref string) (store, error) {
	kind, rest, ok := strings.Cut(ref, ":")
	if ok && rest == "" {
		return nil, failure(ref, BadReference, "write what follows the colon", "incomplete reference")
	}
	switch kind {
	case "oci":
		return openLayout(ref, rest)
	case "oci-archive":
		return openLayoutArchive(ref, rest)
	case "docker-archive":
		return openDockerArchive(ref, rest)
	case "docker":
		return c.openDaemon(ctx, ref, rest)
	}
	return c.openRemote(ref)
}

// localKinds are the kinds of references that name a place outside a registry.
func localKinds() []string { return []string{"oci", "oci-archive", "docker-archive", "docker"} }

// load reads the manifests behind a store.
func load(ctx context.Context, s store, ref string) (*Content, error) {
	d, raw, err := s.root(ctx)
	if err != nil {
		return nil, err
	}
	if err := verify(ref, d, raw); err != nil {
		return nil, err
	}
	doc, err := parseManifest(ref, d, raw)
	if err != nil {
		return nil, err
	}
	d.MediaType = doc.MediaType
	l := loader{store: s, ref: ref}
	images, err := l.images(ctx, d, raw, doc, 0)
	if err != nil {
		return nil, err
	}
	if len(images) == 0 {
		return nil, failure(ref, Unsupported, "give an image that has a platform", "it holds no image")
	}
	return &Content{Ref: ref, Resolved: resolved(s, d, raw), Images: images, Attestations: l.attestations, store: s}, nil
}

func resolved(s store, d v1.Descriptor, raw []byte) Resolved {
	return Resolved{Repo: s.repo(), Digest: d.Digest.String(), MediaType: string(d.MediaType), Size: int64(len(raw)), Raw: raw}
}

// loader reads the images of a manifest or of an index, in its order.
type loader struct {
	store store
	ref   string

	mu           sync.Mutex
	attestations []Attestation // sorted by digest
}

// images reads one manifest or index whose bytes are verified.
func (l *loader) images(ctx context.Context, d v1.Descriptor, raw []byte, doc manifestDoc, depth int) ([]Image, error) {
	if !doc.isIndex() {
		return l.image(ctx, d, raw, doc)
	}
	if depth >= MaxIndexDepth {
		return nil, failure(l.ref, TooLarge, "", "indexes nest deeper than the limit of %d", MaxIndexDepth)
	}
	parts := make([][]Image, len(doc.Manifests))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(downloads)
	for i, child := range doc.Manifests {
		g.Go(func() (err error) {
			parts[i], err = l.child(ctx, child, depth+1)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	all := slices.Concat(parts...)
	if len(all) > MaxImages {
		return nil, failure(l.ref, TooLarge, "", "more than the limit of %d platforms", MaxImages)
	}
	return all, nil
}

func (l *loader) child(ctx context.Context, d v1.Descriptor, depth int) ([]Image, error) {
	raw, err := readManifest(ctx, l.store, l.ref, d)
	if err != nil {
		return nil, fmt.Errorf("index entry %s: %w", d.Digest, err)
	}
	doc, err := parseManifest(l.ref, d, raw)
	if err != nil {
		return nil, err
	}
	d.MediaType = doc.MediaType
	return l.images(ctx, d, raw, doc, depth)
}

// image reads one image; an attestation manifest is none.
func (l *loader) image(ctx context.Context, d v1.Descriptor, raw []byte, doc manifestDoc) ([]Image, error) {
	if doc.isAttestation() {
		l.attested(doc)
		return nil, nil
	}
	if err := doc.checkImage(l.ref, d); err != nil {
		return nil, err
	}
	config, err := readConfig(ctx, l.store, l.ref, doc.Config)
	if err != nil {
		return nil, fmt.Errorf("image configuration: %w", err)
	}
	facts, err := parseConfig(l.ref, doc, config)
	if err != nil {
		return nil, err
	}
	image := Image{Platform: facts.platform(d.Platform), Resolved: resolved(l.store, d, raw), Config: config}
	for i, blob := range doc.Layers {
		image.Layers = append(image.Layers, l.layer(blob, facts.RootFS.DiffIDs[i]))
	}
	return []Image{image}, nil
}

func (l *loader) layer(d v1.Descriptor, diffID string) Layer {
	layer := Layer{
		Digest: d.Digest.String(), DiffID: diffID, MediaType: string(d.MediaType), Size: d.Size,
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			rc, err := l.store.blob(ctx, d)
			if err != nil {
				return nil, classify(l.ref+" layer "+d.Digest.String(), err)
			}
			return &exactly{ReadCloser: rc, ref: l.ref + " layer " + d.Digest.String(), size: d.Size}, nil
		},
	}
	if l.store.rebuilt() {
		layer.Digest = ""
	}
	return layer
}
