package report

import (
	"crypto/sha256"
	"fmt"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/licence"
	"github.com/tidewaiter/tidewaiter/internal/product"
)

// cycloneDX is the bill as CycloneDX 1.6. Each component says which layer
// brought it and which file told of it.
func cycloneDX(p *image.Platform, o SBOMOptions) *cdx.BOM {
	name, digest := sbomSubject(p)
	const imageRef = "image"
	bom := cdx.NewBOM()
	bom.SpecVersion, bom.JSONSchema = cdx.SpecVersion1_6, "http://cyclonedx.org/schema/bom-1.6.schema.json"
	bom.SerialNumber = serialNumber(digest)
	bom.Metadata = &cdx.Metadata{
		Tools:     &cdx.ToolsChoice{Components: &[]cdx.Component{{Type: cdx.ComponentTypeApplication, Name: product.Name, Version: o.Version}}},
		Component: &cdx.Component{BOMRef: imageRef, Type: cdx.ComponentTypeContainer, Name: name, Version: digest, Hashes: sha256Hash(digest)},
	}
	components, contains := []cdx.Component{}, []string{}
	seen := map[string]int{}
	for _, k := range p.Packages {
		ref := uniqueRef(seen, k.PURL)
		contains = append(contains, ref)
		properties := []cdx.Property{{Name: "tidewaiter:path", Value: k.Path}}
		if layer := layerDigest(p, k.Layer); layer != "" {
			properties = append(properties, cdx.Property{Name: "tidewaiter:layer", Value: layer})
		}
		if by := madeBy(p, k.Layer); by != "" {
			properties = append(properties, cdx.Property{Name: "tidewaiter:instruction", Value: by})
		}
		components = append(components, cdx.Component{BOMRef: ref, Type: cdx.ComponentTypeLibrary, Name: k.Name, Version: k.Version,
			PackageURL: k.PURL, Licenses: cdxLicences(k), Properties: &properties})
	}
	if d := p.Distro; d.ID != "" {
		ref := uniqueRef(seen, "os:"+d.ID+"@"+d.VersionID)
		contains = append(contains, ref)
		components = append(components, cdx.Component{BOMRef: ref, Type: cdx.ComponentTypeOS, Name: d.ID, Version: d.VersionID, Description: d.Name})
	}
	bom.Components = &components
	bom.Dependencies = &[]cdx.Dependency{{Ref: imageRef, Dependencies: &contains}}
	return bom
}

// serialNumber is a UUID made of the image's digest, as RFC 9562 lets a name be
// hashed (version 8): the same image has the same bill.
func serialNumber(digest string) string {
	u := sha256.Sum256([]byte(product.URL + "/cyclonedx/" + digest))
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[0:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

// cdxLicences is an SPDX expression, else what the package says in its own words.
func cdxLicences(k image.Package) *cdx.Licenses {
	if e, ok := licence.Stated(k.Licence); ok {
		return &cdx.Licenses{{Expression: e.String()}}
	}
	if k.Licence == "" {
		return nil
	}
	return &cdx.Licenses{{License: &cdx.License{Name: k.Licence}}}
}

func sha256Hash(digest string) *[]cdx.Hash {
	value, ok := strings.CutPrefix(digest, "sha256:")
	if !ok {
		return nil
	}
	return &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: value}}
}

// uniqueRef numbers the second and later ones of the same package: a reference
// inside a bill must be unique.
func uniqueRef(seen map[string]int, ref string) string {
	seen[ref]++
	if n := seen[ref]; n > 1 {
		return ref + "#" + number(n)
	}
	return ref
}
