package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
)

// SBOMOptions say who writes a bill of materials.
type SBOMOptions struct {
	// Version is this program's.
	Version string
}

// SBOMFormats returns the names of the formats of WriteSBOM, sorted.
func SBOMFormats() []string { return []string{"cyclonedx-json", "json", "spdx-json"} }

// WriteSBOM writes what one platform of an image holds. The output depends on
// nothing but the image and this program's version: there is no time and no
// random number in it, so that the same image has the same bill.
func WriteSBOM(w io.Writer, format string, p *image.Platform, o SBOMOptions) error {
	switch format {
	case "cyclonedx-json":
		return encode(w, cycloneDX(p, o))
	case "spdx-json":
		return encode(w, spdxDocument(p, o))
	case "json":
		return encode(w, packageList(p))
	}
	return fmt.Errorf("unknown format %q: one of %s", format, strings.Join(SBOMFormats(), ", "))
}

// sbomPackage is one package in our own form.
type sbomPackage struct {
	PURL    string `json:"purl"`
	Name    string `json:"name"`
	Version string `json:"version"`
	Type    string `json:"type"`
	Layer   string `json:"layer"`
	Path    string `json:"path"`
}

func packageList(p *image.Platform) []sbomPackage {
	out := []sbomPackage{}
	for _, k := range p.Packages {
		out = append(out, sbomPackage{PURL: k.PURL, Name: k.Name, Version: k.Version, Type: k.Type, Layer: layerDigest(p, k.Layer), Path: k.Path})
	}
	return out
}

// layerDigest is the digest of a layer as stored, else that of its content.
func layerDigest(p *image.Platform, i int) string {
	if i < 0 || i >= len(p.Layers) {
		return ""
	}
	return cmp.Or(p.Layers[i].Digest, p.Layers[i].DiffID)
}

// madeBy is the instruction that made a layer, as the builder wrote it down, "" where
// the history does not tell.
func madeBy(p *image.Platform, i int) string {
	if i < 0 || i >= len(p.Layers) || p.Layers[i].History < 0 || p.Layers[i].History >= len(p.History) {
		return ""
	}
	return credential.Mask(strings.Join(strings.Fields(p.History[p.Layers[i].History].CreatedBy), " "))
}

// sbomSubject is the image as a bill of materials names it: without where a
// local copy happens to lie.
func sbomSubject(p *image.Platform) (name, digest string) {
	name = p.Image.Resolved.Repo
	if name == "" {
		name = repository(p.Image.Ref)
	}
	return name, cmp.Or(p.Digest, p.Image.Resolved.Digest)
}
