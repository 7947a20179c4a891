package sign

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// Annotations of a bundle's manifest, by which verifiers choose.
const (
	contentAnnotation   = "dev.sigstore.bundle.content"
	predicateAnnotation = "dev.sigstore.bundle.predicateType"
	dsseContent         = "dsse-envelope"
)

// emptyConfig is the configuration of manifests that have none.
var emptyConfig = []byte("{}")

// artifact is an OCI manifest that refers to a subject.
type artifact struct {
	SchemaVersion int                   `json:"schemaVersion"`
	MediaType     string                `json:"mediaType"`
	ArtifactType  string                `json:"artifactType,omitempty"`
	Config        registry.Descriptor   `json:"config"`
	Layers        []registry.Descriptor `json:"layers"`
	Subject       *registry.Descriptor  `json:"subject,omitempty"`
	Annotations   map[string]string     `json:"annotations,omitempty"`
}

// referrer is a bundle ready to be attached to its subject.
type referrer struct {
	subject  registry.Resolved
	bundle   []byte
	manifest []byte
	// entry is what a list of referrers holds.
	entry registry.Descriptor
}

// newReferrer wraps a bundle in a manifest. No time is noted, so that the same
// bundle has the same digest.
func newReferrer(subject registry.Resolved, bundle []byte) (referrer, error) {
	blob := describe(bundleType, bundle)
	if len(bundle) <= maxInline {
		blob.Data = bundle
	}
	annotations := map[string]string{contentAnnotation: dsseContent, predicateAnnotation: PredicateType}
	raw, err := json.Marshal(artifact{
		SchemaVersion: 2, MediaType: registry.ManifestMediaType, ArtifactType: bundleType,
		Config:      describe(registry.EmptyMediaType, emptyConfig),
		Layers:      []registry.Descriptor{blob},
		Subject:     &registry.Descriptor{MediaType: subject.MediaType, Digest: subject.Digest, Size: subject.Size},
		Annotations: annotations,
	})
	if err != nil {
		return referrer{}, err
	}
	entry := describe(registry.ManifestMediaType, raw)
	entry.ArtifactType, entry.Annotations = bundleType, annotations
	return referrer{subject: subject, bundle: bundle, manifest: raw, entry: entry}, nil
}

// look verifies the referrer as the registry holds it. missing says what is
// wrong with it; api is whether the registry answers the referrers API.
func (r referrer) look(ctx context.Context, reg *registry.Client, key *PublicKey) (api bool, missing, err error) {
	repo, digest := r.subject.Repo, r.subject.Digest
	listed, api, err := reg.ReferrersByAPI(ctx, repo, digest)
	if err == nil && len(listed) == 0 {
		listed, err = reg.ReferrersByTag(ctx, repo, digest)
	}
	if err != nil {
		return api, nil, fmt.Errorf("list the signatures there are: %w", err)
	}
	if !contains(listed, r.entry.Digest) {
		return api, rejected("the registry does not list the bundle"), nil
	}
	err = checkReferrer(ctx, reg, r.subject, r.entry, key, true)
	if isRejected(err) {
		return api, err, nil
	}
	return api, nil, err
}

// write stores the referrer. A registry that does not list referrers by itself
// (api is false, and it does not say otherwise) is given the list of the tag
// schema.
func (r referrer) write(ctx context.Context, reg *registry.Client, api bool) error {
	repo := r.subject.Repo
	g, gctx := errgroup.WithContext(ctx)
	for _, b := range [][]byte{r.bundle, emptyConfig} {
		g.Go(func() error {
			_, err := reg.PutBlob(gctx, repo, b)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	subject, err := reg.PutManifest(ctx, repo, r.entry.Digest, registry.ManifestMediaType, r.manifest)
	if err != nil || api || subject == r.subject.Digest {
		return err
	}
	return reg.AddReferrerByTag(ctx, repo, r.subject.Digest, r.entry)
}

func contains(list []registry.Descriptor, digest string) bool {
	for _, d := range list {
		if d.Digest == digest {
			return true
		}
	}
	return false
}

// mayHoldSignature reports whether a listed referrer is worth reading. Some
// registries give the configuration's type for the artifact's, so the empty one
// says nothing.
func mayHoldSignature(d registry.Descriptor) bool {
	if p := d.Annotations[predicateAnnotation]; p != "" && p != PredicateType {
		return false
	}
	return d.ArtifactType == "" || d.ArtifactType == registry.EmptyMediaType || strings.HasPrefix(d.ArtifactType, anyBundlePrefix)
}

// checkReferrer reads the referrer d and verifies its bundle. held makes it read
// the bundle's blob even where the manifest carries its text.
func checkReferrer(ctx context.Context, reg *registry.Client, at registry.Resolved, d registry.Descriptor, key *PublicKey, held bool) error {
	m, err := reg.GetManifest(ctx, at.Repo, d.Digest)
	if err != nil {
		return err
	}
	var a artifact
	if err := json.Unmarshal(m.Raw, &a); err != nil {
		return rejected("is not a manifest: %v", err)
	}
	if len(a.Layers) != 1 || !strings.HasPrefix(a.Layers[0].MediaType, anyBundlePrefix) {
		return rejected("holds no sigstore bundle")
	}
	if a.Subject == nil || a.Subject.Digest != at.Digest {
		return rejected("is attached to other content")
	}
	raw, err := bundleOf(ctx, reg, at.Repo, a.Layers[0], held)
	if err != nil {
		return err
	}
	if err := checkBundle(raw, at.Digest, key); err != nil {
		return rejected("%v", err)
	}
	return nil
}

func bundleOf(ctx context.Context, reg *registry.Client, repo string, blob registry.Descriptor, held bool) ([]byte, error) {
	if blob.Size > MaxBundleBytes {
		return nil, rejected("holds a bundle of %d bytes, over the limit of %d", blob.Size, MaxBundleBytes)
	}
	if len(blob.Data) > 0 && !held {
		if describe("", blob.Data).Digest != blob.Digest {
			return nil, rejected("carries a bundle that does not have its digest")
		}
		return blob.Data, nil
	}
	return reg.GetBlob(ctx, repo, blob.Digest, MaxBundleBytes)
}
