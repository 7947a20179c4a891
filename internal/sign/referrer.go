package sign

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
func newReferrer(subject registry.Resolved, predicateType string, bundle []byte) (referrer, error) {
	if len(bundle) > MaxBundleBytes {
		return referrer{}, fmt.Errorf("the bundle of %s has %d bytes, over the limit of %d", predicateType, len(bundle), MaxBundleBytes)
	}
	blob := describe(bundleType, bundle)
	if len(bundle) <= maxInline {
		blob.Data = bundle
	}
	annotations := map[string]string{contentAnnotation: dsseContent, predicateAnnotation: predicateType}
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

// write stores the bundle and its manifest; the empty configuration must be
// there. listed is true where the registry says that it keeps the list.
func (r referrer) write(ctx context.Context, reg *registry.Client) (listed bool, err error) {
	repo := r.subject.Repo
	if _, err := reg.PutBlob(ctx, repo, r.bundle); err != nil {
		return false, err
	}
	subject, err := reg.PutManifest(ctx, repo, r.entry.Digest, registry.ManifestMediaType, r.manifest)
	return subject == r.subject.Digest, err
}

func contains(list []registry.Descriptor, digest string) bool {
	return slices.ContainsFunc(list, func(d registry.Descriptor) bool { return d.Digest == digest })
}

// mayHold reports whether a listed referrer may state something of a type, and
// so is worth reading. Some registries give the configuration's type for the
// artifact's, so the empty one says nothing.
func mayHold(d registry.Descriptor, predicateType string) bool {
	if p := d.Annotations[predicateAnnotation]; p != "" && p != predicateType {
		return false
	}
	return d.ArtifactType == "" || d.ArtifactType == registry.EmptyMediaType || strings.HasPrefix(d.ArtifactType, anyBundlePrefix)
}

// readReferrer reads the referrer d and verifies its bundle, whose statement
// and bytes it returns. What it states is for the caller to judge.
func readReferrer(ctx context.Context, reg *registry.Client, at registry.Resolved, d registry.Descriptor, trust Trust) (*statement, []byte, error) {
	m, err := reg.GetManifest(ctx, at.Repo, d.Digest)
	if err != nil {
		return nil, nil, err
	}
	var a artifact
	if err := json.Unmarshal(m.Raw, &a); err != nil {
		return nil, nil, rejected("is not a manifest: %v", err)
	}
	if len(a.Layers) != 1 || !strings.HasPrefix(a.Layers[0].MediaType, anyBundlePrefix) {
		return nil, nil, rejected("holds no sigstore bundle")
	}
	if a.Subject == nil || a.Subject.Digest != at.Digest {
		return nil, nil, rejected("is attached to other content")
	}
	raw, err := contentOf(ctx, reg, at.Repo, a.Layers[0])
	if err != nil {
		return nil, nil, err
	}
	s, err := trust.checkBundle(raw, at.Digest)
	if err != nil {
		return nil, nil, rejected("%v", err)
	}
	return s, raw, nil
}

// contentOf returns the blob of a descriptor, which may carry it along.
func contentOf(ctx context.Context, reg *registry.Client, repo string, blob registry.Descriptor) ([]byte, error) {
	if blob.Size > MaxBundleBytes {
		return nil, rejected("holds %d bytes, over the limit of %d", blob.Size, MaxBundleBytes)
	}
	if len(blob.Data) > 0 {
		if describe("", blob.Data).Digest != blob.Digest {
			return nil, rejected("carries content that does not have its digest")
		}
		return blob.Data, nil
	}
	return reg.GetBlob(ctx, repo, blob.Digest, MaxBundleBytes)
}
