package sign

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/sigstore/sigstore/pkg/signature/payload"
	"golang.org/x/sync/errgroup"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// The classic layout: a manifest under the tag sha256-<hex>.sig, each of whose
// layers is a payload with its signature in an annotation.
// https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
const (
	simpleSigningType   = "application/vnd.dev.cosign.simplesigning.v1+json"
	signatureAnnotation = "dev.cosignproject.cosign/signature"
	configType          = "application/vnd.oci.image.config.v1+json"
)

// legacyTag is where the classic signatures of digest are.
func legacyTag(digest string) string { return registry.FallbackTag(digest) + ".sig" }

// legacy is a classic signature ready to be stored.
type legacy struct {
	subject registry.Resolved
	payload []byte
	layer   registry.Descriptor
}

func newLegacy(key *Key, subject registry.Resolved) (legacy, error) {
	text, err := json.Marshal(payload.SimpleContainerImage{Critical: payload.Critical{
		Identity: payload.Identity{DockerReference: subject.Repo},
		Image:    payload.Image{DockerManifestDigest: subject.Digest},
		Type:     payload.CosignSignatureType,
	}})
	if err != nil {
		return legacy{}, err
	}
	sig, err := key.sign(text)
	if err != nil {
		return legacy{}, fmt.Errorf("sign the payload: %w", err)
	}
	layer := describe(simpleSigningType, text)
	layer.Annotations = map[string]string{signatureAnnotation: base64.StdEncoding.EncodeToString(sig)}
	return legacy{subject: subject, payload: text, layer: layer}, nil
}

// look reads the classic signatures there are and verifies ours among them.
// missing says what is wrong with it.
func (l legacy) look(ctx context.Context, reg *registry.Client, key *PublicKey) (set signatureSet, missing, err error) {
	m, err := reg.GetManifest(ctx, l.subject.Repo, legacyTag(l.subject.Digest))
	if registry.IsNotFound(err) {
		return set, rejected("the registry has no classic signature"), nil
	}
	if err != nil {
		return set, nil, fmt.Errorf("read the classic signatures there are: %w", err)
	}
	if set, err = readSignatureSet(m); err != nil {
		return set, nil, err
	}
	missing = rejected("the classic signature is not among those of the registry")
	for _, d := range set.layers {
		if d.Digest != l.layer.Digest || !key.verify(l.payload, signatureOf(d)) {
			continue
		}
		err := checkLegacy(ctx, reg, l.subject, d, key)
		if err == nil {
			return set, nil, nil
		}
		if !isRejected(err) {
			return set, nil, err
		}
		missing = err
	}
	return set, missing, nil
}

// write adds the signature to those of other keys.
func (l legacy) write(ctx context.Context, reg *registry.Client, set signatureSet) error {
	manifest, config, err := set.with(ctx, reg, l.subject.Repo, l.layer)
	if err != nil {
		return err
	}
	g, gctx := errgroup.WithContext(ctx)
	for _, b := range [][]byte{l.payload, config} {
		g.Go(func() error {
			_, err := reg.PutBlob(gctx, l.subject.Repo, b)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	_, err = reg.PutManifest(ctx, l.subject.Repo, legacyTag(l.subject.Digest), registry.ManifestMediaType, manifest)
	return err
}

// checkLegacy verifies one layer of a .sig manifest.
func checkLegacy(ctx context.Context, reg *registry.Client, at registry.Resolved, d registry.Descriptor, key *PublicKey) error {
	if d.MediaType != simpleSigningType {
		return rejected("is %q, not a simple signing payload", d.MediaType)
	}
	if d.Size > MaxBundleBytes {
		return rejected("has a payload of %d bytes, over the limit of %d", d.Size, MaxBundleBytes)
	}
	text, err := reg.GetBlob(ctx, at.Repo, d.Digest, MaxBundleBytes)
	if err != nil {
		return err
	}
	if !key.verify(text, signatureOf(d)) {
		return rejected("is not signed by this key")
	}
	var p payload.SimpleContainerImage
	if err := json.Unmarshal(text, &p); err != nil {
		return rejected("has a payload that is not JSON: %v", err)
	}
	if p.Critical.Type != payload.CosignSignatureType {
		return rejected("signs something of the type %q, not an image", p.Critical.Type)
	}
	if p.Critical.Image.DockerManifestDigest != at.Digest {
		return rejected("signs %s, other content", p.Critical.Image.DockerManifestDigest)
	}
	return nil
}

// describe returns the descriptor of b.
func describe(mediaType string, b []byte) registry.Descriptor {
	sum := sha256.Sum256(b)
	return registry.Descriptor{MediaType: mediaType, Digest: "sha256:" + hex.EncodeToString(sum[:]), Size: int64(len(b))}
}
