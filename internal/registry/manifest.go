package registry

import (
	"encoding/json"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// manifestDoc is an image manifest or an index; which of the two its media type
// and its fields must agree on.
type manifestDoc struct {
	SchemaVersion int             `json:"schemaVersion"`
	MediaType     types.MediaType `json:"mediaType"`
	ArtifactType  string          `json:"artifactType"`
	Config        v1.Descriptor   `json:"config"`
	Layers        []v1.Descriptor `json:"layers"`
	Manifests     []v1.Descriptor `json:"manifests"`
}

func (m manifestDoc) isIndex() bool { return m.MediaType.IsIndex() }

// parseManifest decodes raw. A document that could be read as an image and as
// an index is refused (CVE-2021-41190): two readers would judge different
// things.
func parseManifest(ref string, d v1.Descriptor, raw []byte) (manifestDoc, error) {
	var doc manifestDoc
	name := d.Digest.String()
	if err := json.Unmarshal(raw, &doc); err != nil {
		return doc, failure(ref, Malformed, "", "%s is not a manifest: %v", name, err)
	}
	hasImage, hasIndex := doc.Config.MediaType != "" || len(doc.Layers) > 0, doc.Manifests != nil
	if hasImage && hasIndex {
		return doc, failure(ref, Malformed, "", "%s is an image and an index at once", name)
	}
	announced := d.MediaType
	if !announced.IsImage() && !announced.IsIndex() {
		announced = "" // a registry's application/json, say
	}
	switch {
	case doc.MediaType == "" && announced != "":
		doc.MediaType = announced
	case doc.MediaType == "" && hasIndex:
		doc.MediaType = types.OCIImageIndex
	case doc.MediaType == "":
		doc.MediaType = types.OCIManifestSchema1
	case announced != "" && announced != doc.MediaType:
		return doc, failure(ref, Malformed, "", "%s says it is %s where %s was announced", name, doc.MediaType, announced)
	}
	switch doc.MediaType {
	case types.OCIManifestSchema1, types.DockerManifestSchema2:
		if hasIndex {
			return doc, failure(ref, Malformed, "", "%s says it is an image but lists manifests", name)
		}
	case types.OCIImageIndex, types.DockerManifestList:
		if hasImage {
			return doc, failure(ref, Malformed, "", "%s says it is an index but has layers", name)
		}
	case types.DockerManifestSchema1, types.DockerManifestSchema1Signed:
		return doc, failure(ref, Unsupported, "push the image again with a current Docker", "%s has the format of Docker 1.9 (schema 1), which has no configuration", name)
	default:
		return doc, failure(ref, Unsupported, "give a container image", "%s is %q, not an image", name, doc.MediaType)
	}
	return doc, doc.checkCounts(ref, name)
}

func (m manifestDoc) checkCounts(ref, name string) error {
	if len(m.Manifests) > MaxIndexEntries {
		return failure(ref, TooLarge, "", "%s lists more than the limit of %d manifests", name, MaxIndexEntries)
	}
	if len(m.Layers) > MaxLayers {
		return failure(ref, TooLarge, "", "%s has more than the limit of %d layers", name, MaxLayers)
	}
	return nil
}

// inTotoLayer is the media type of the layers of BuildKit's attestation
// manifests.
const inTotoLayer = "application/vnd.in-toto+json"

// isAttestation reports whether the manifest holds nothing but in-toto
// statements, as BuildKit's attestation manifests do. The content decides, not
// the descriptor's annotation or its platform unknown/unknown: those are words
// of whoever made the index, and a layer left out here is never looked at.
func (m manifestDoc) isAttestation() bool {
	for _, l := range m.Layers {
		if l.MediaType != inTotoLayer {
			return false
		}
	}
	return len(m.Layers) > 0
}

// checkImage refuses manifests that are no image, and layers kept elsewhere.
func (m manifestDoc) checkImage(ref string, d v1.Descriptor) error {
	if m.Config.MediaType != types.OCIConfigJSON && m.Config.MediaType != types.DockerConfigJSON {
		return failure(ref, Unsupported, "give a container image", "%s holds %q, not an image", d.Digest, m.Config.MediaType)
	}
	for _, l := range m.Layers {
		if !l.MediaType.IsDistributable() || len(l.URLs) > 0 || strings.Contains(string(l.MediaType), "foreign") {
			return failure(ref, Unsupported, "rebuild the image on a base whose layers are in the registry",
				"layer %s is foreign: it is kept outside the registry and can be neither judged nor pushed", l.Digest)
		}
	}
	return nil
}

// configFacts is the part of an image configuration that this package checks.
type configFacts struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Variant      string `json:"variant"`
	RootFS       struct {
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
}

// parseConfig decodes a configuration and checks that it speaks of the
// manifest's layers.
func parseConfig(ref string, m manifestDoc, raw []byte) (configFacts, error) {
	var c configFacts
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, failure(ref, Malformed, "", "configuration %s is not JSON: %v", m.Config.Digest, err)
	}
	if len(c.RootFS.DiffIDs) != len(m.Layers) {
		return c, failure(ref, Malformed, "", "configuration %s names %d layers, the manifest %d", m.Config.Digest, len(c.RootFS.DiffIDs), len(m.Layers))
	}
	for _, id := range c.RootFS.DiffIDs {
		if !isDigest(id) {
			return c, failure(ref, Malformed, "", "configuration %s holds the diff ID %q, not a sha256 digest", m.Config.Digest, id)
		}
	}
	return c, nil
}

// platform is the index's word where it has one, else the configuration's.
func (c configFacts) platform(p *v1.Platform) Platform {
	if p != nil && p.OS != "" && p.OS != "unknown" {
		return Platform{OS: p.OS, Architecture: p.Architecture, Variant: p.Variant}
	}
	return Platform{OS: c.OS, Architecture: c.Architecture, Variant: c.Variant}
}
