package sign

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/sigstore/sigstore/pkg/signature/payload"

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

// attach adds the signature to those of other keys, unless it is there already.
func (l legacy) attach(ctx context.Context, reg *registry.Client, key *PublicKey) (Layout, error) {
	repo, tag := l.subject.Repo, legacyTag(l.subject.Digest)
	have, err := reg.GetManifest(ctx, repo, tag)
	if err != nil && !registry.IsNotFound(err) {
		return Layout{}, fmt.Errorf("read the signatures there are: %w", err)
	}
	set := newSignatureSet()
	if err == nil {
		if set, err = readSignatureSet(ctx, reg, have); err != nil {
			return Layout{}, err
		}
		if set.holds(l, key) {
			return Layout{Digest: have.Digest}, nil
		}
	}
	manifest, config, err := set.with(l.layer)
	if err != nil {
		return Layout{}, err
	}
	for _, b := range [][]byte{l.payload, config} {
		if _, err := reg.PutBlob(ctx, repo, b); err != nil {
			return Layout{}, err
		}
	}
	_, err = reg.PutManifest(ctx, repo, tag, registry.ManifestMediaType, manifest)
	return Layout{Digest: describe("", manifest).Digest, New: true}, err
}

// signatureSet is a .sig manifest with its configuration. What is in it beside
// the layers is kept as found.
type signatureSet struct {
	fields map[string]json.RawMessage
	layers []registry.Descriptor
	config map[string]json.RawMessage
	diffs  []string
}

func newSignatureSet() signatureSet {
	return signatureSet{
		fields: map[string]json.RawMessage{"schemaVersion": []byte("2"), "mediaType": quoted(registry.ManifestMediaType)},
		config: map[string]json.RawMessage{"architecture": quoted(""), "os": quoted(""), "config": []byte("{}")},
	}
}

func quoted(s string) json.RawMessage { return json.RawMessage(`"` + s + `"`) }

func readSignatureSet(ctx context.Context, reg *registry.Client, m registry.Resolved) (signatureSet, error) {
	broken := func(err error) (signatureSet, error) {
		return signatureSet{}, fmt.Errorf("%s:%s exists but is not a set of signatures (%w); delete the tag to sign anew", m.Repo, m.Digest, err)
	}
	var s signatureSet
	var a artifact
	if err := json.Unmarshal(m.Raw, &s.fields); err != nil {
		return broken(err)
	}
	if err := json.Unmarshal(m.Raw, &a); err != nil {
		return broken(err)
	}
	if m.MediaType != registry.ManifestMediaType || len(a.Layers) > MaxSignatures {
		return broken(fmt.Errorf("it is %s with %d layers; the limit is %d", m.MediaType, len(a.Layers), MaxSignatures))
	}
	s.layers = a.Layers
	config, err := reg.GetBlob(ctx, m.Repo, a.Config.Digest, registry.MaxConfigBytes)
	if err != nil {
		return broken(err)
	}
	if err := json.Unmarshal(config, &s.config); err != nil {
		return broken(err)
	}
	var c struct {
		RootFS struct {
			DiffIDs []string `json:"diff_ids"`
		} `json:"rootfs"`
	}
	if err := json.Unmarshal(config, &c); err != nil {
		return broken(err)
	}
	s.diffs = c.RootFS.DiffIDs
	return s, nil
}

// holds reports whether the set has a signature of this key over this payload,
// whoever wrote it.
func (s signatureSet) holds(l legacy, key *PublicKey) bool {
	for _, d := range s.layers {
		if d.Digest == l.layer.Digest && key.verify(l.payload, signatureOf(d)) {
			return true
		}
	}
	return false
}

// signatureOf returns the annotated signature, nil where there is none.
func signatureOf(d registry.Descriptor) []byte {
	sig, err := base64.StdEncoding.DecodeString(d.Annotations[signatureAnnotation])
	if err != nil {
		return nil
	}
	return sig
}

// with returns the manifest and configuration of the set with one more layer.
func (s signatureSet) with(layer registry.Descriptor) (manifest, config []byte, err error) {
	layers := append(append([]registry.Descriptor{}, s.layers...), layer)
	rootfs := map[string]any{"type": "layers", "diff_ids": append(append([]string{}, s.diffs...), layer.Digest)}
	if s.config["rootfs"], err = json.Marshal(rootfs); err != nil {
		return nil, nil, err
	}
	if config, err = json.Marshal(s.config); err != nil {
		return nil, nil, err
	}
	if s.fields["config"], err = json.Marshal(describe(configType, config)); err != nil {
		return nil, nil, err
	}
	if s.fields["layers"], err = json.Marshal(layers); err != nil {
		return nil, nil, err
	}
	manifest, err = json.Marshal(s.fields)
	return manifest, config, err
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
