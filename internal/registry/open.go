package registry

import (
	"context"
	"fmt"
	"io"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
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

// load reads the manifests behind a store.
func load(ctx context.Context, s store, ref string) (*Content, error) {
	d, raw, err := s.root(ctx)
	if err != nil {
		return nil, err
	}
	if err := verify(ref, d, raw); err != nil {
		return nil, err
	}
	content := &Content{Ref: ref, Resolved: resolved(s, d, raw), store: s}
	l := loader{store: s, ref: ref}
	if err := l.add(ctx, d, raw, 0); err != nil {
		return nil, err
	}
	if len(l.images) == 0 {
		return nil, failure(ref, Unsupported, "give an image that has a platform", "the index holds no image")
	}
	content.Images = l.images
	return content, nil
}

func resolved(s store, d v1.Descriptor, raw []byte) Resolved {
	return Resolved{Repo: s.repo(), Digest: d.Digest.String(), MediaType: string(d.MediaType), Size: int64(len(raw)), Raw: raw}
}

// loader collects the images of a manifest or of an index, in its order.
type loader struct {
	store  store
	ref    string
	images []Image
}

// add reads one manifest or index whose bytes are verified.
func (l *loader) add(ctx context.Context, d v1.Descriptor, raw []byte, depth int) error {
	doc, err := parseManifest(l.ref, d, raw)
	if err != nil {
		return err
	}
	if !doc.isIndex() {
		return l.addImage(ctx, d, raw, doc)
	}
	if depth >= MaxIndexDepth {
		return failure(l.ref, TooLarge, "", "indexes nest deeper than the limit of %d", MaxIndexDepth)
	}
	for _, child := range doc.Manifests {
		raw, err := readManifest(ctx, l.store, l.ref, child)
		if err != nil {
			return fmt.Errorf("index entry %s: %w", child.Digest, err)
		}
		if err := l.add(ctx, child, raw, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) addImage(ctx context.Context, d v1.Descriptor, raw []byte, doc manifestDoc) error {
	if doc.isAttestation() {
		return nil
	}
	if len(l.images) >= MaxImages {
		return failure(l.ref, TooLarge, "", "more than the limit of %d platforms", MaxImages)
	}
	if err := doc.checkImage(l.ref, d); err != nil {
		return err
	}
	config, err := readConfig(ctx, l.store, l.ref, doc.Config)
	if err != nil {
		return fmt.Errorf("image configuration: %w", err)
	}
	facts, err := parseConfig(l.ref, doc, config)
	if err != nil {
		return err
	}
	image := Image{Platform: facts.platform(d.Platform), Resolved: resolved(l.store, d, raw), Config: config}
	for i, blob := range doc.Layers {
		image.Layers = append(image.Layers, l.layer(blob, facts.RootFS.DiffIDs[i]))
	}
	l.images = append(l.images, image)
	return nil
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
