package sign

import (
	"context"
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

// classicPayload is what a classic signature signs.
func classicPayload(subject registry.Resolved) ([]byte, error) {
	return json.Marshal(payload.SimpleContainerImage{Critical: payload.Critical{
		Identity: payload.Identity{DockerReference: subject.Repo},
		Image:    payload.Image{DockerManifestDigest: subject.Digest},
		Type:     payload.CosignSignatureType,
	}})
}

func newLegacy(ctx context.Context, signer Signer, subject registry.Resolved) (legacy, error) {
	text, err := classicPayload(subject)
	if err != nil {
		return legacy{}, err
	}
	layer := describe(simpleSigningType, text)
	layer.Data = text
	layer.Annotations, err = signer.classic(ctx, text)
	return legacy{subject: subject, payload: text, layer: layer}, err
}

// lookClassic reads the classic signatures there are and verifies one of those
// who are trusted among them. missing says why there is none.
func lookClassic(ctx context.Context, reg *registry.Client, subject registry.Resolved, trust Trust) (set signatureSet, missing, err error) {
	m, err := reg.GetManifest(ctx, subject.Repo, legacyTag(subject.Digest))
	if registry.IsNotFound(err) {
		return set, rejected("the registry has no classic signature"), nil
	}
	if err != nil {
		return set, nil, fmt.Errorf("read the classic signatures there are: %w", err)
	}
	if set, err = readSignatureSet(m); err != nil {
		return set, nil, err
	}
	text, err := classicPayload(subject)
	if err != nil {
		return set, nil, err
	}
	missing = rejected("the classic signature is not among those of the registry")
	for _, d := range set.layers {
		if d.Digest != describe("", text).Digest || trust.checkClassic(text, d.Annotations) != nil {
			continue
		}
		err := checkLegacy(ctx, reg, subject, d, trust)
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
func checkLegacy(ctx context.Context, reg *registry.Client, at registry.Resolved, d registry.Descriptor, trust Trust) error {
	if d.MediaType != simpleSigningType {
		return rejected("is %q, not a simple signing payload", d.MediaType)
	}
	text, err := contentOf(ctx, reg, at.Repo, d)
	if err != nil {
		return err
	}
	if err := trust.checkClassic(text, d.Annotations); err != nil {
		return rejected("%v", err)
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
	return registry.Descriptor{MediaType: mediaType, Digest: sum(b), Size: int64(len(b))}
}
