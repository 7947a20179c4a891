package report

import (
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/spdx/tools-golang/spdx"
	"github.com/spdx/tools-golang/spdx/v2/common"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/licence"
	"github.com/tidewaiter/tidewaiter/internal/product"
)

const noAssertion = "NOASSERTION"

// spdxDocument is the bill as SPDX 2.3. Its time of creation is that of the
// image, or the start of 1970 where the image has none.
func spdxDocument(p *image.Platform, o SBOMOptions) *spdx.Document {
	name, digest := sbomSubject(p)
	created := p.Created
	if created.IsZero() {
		created = time.Unix(0, 0)
	}
	root := spdxPackage("Image", name, digest)
	root.PrimaryPackagePurpose = "CONTAINER"
	if value, ok := strings.CutPrefix(digest, "sha256:"); ok {
		root.PackageChecksums = []common.Checksum{{Algorithm: common.SHA256, Value: value}}
	}
	doc := &spdx.Document{
		SPDXVersion: spdx.Version, DataLicense: spdx.DataLicense, SPDXIdentifier: "DOCUMENT", DocumentName: name,
		DocumentNamespace: spdxNamespace(name, digest),
		CreationInfo: &spdx.CreationInfo{
			Created:  created.UTC().Format(time.RFC3339),
			Creators: []common.Creator{{CreatorType: "Tool", Creator: product.Name + "-" + o.Version}},
		},
		Packages:      []*spdx.Package{root},
		Relationships: []*spdx.Relationship{relationship("DOCUMENT", "Image", "DESCRIBES")},
	}
	for i, k := range p.Packages {
		id := "Package-" + strconv.Itoa(i+1)
		pkg := spdxPackage(id, k.Name, k.Version)
		pkg.PackageSourceInfo = "found in " + k.Path + " of layer " + layerDigest(p, k.Layer)
		if by := madeBy(p, k.Layer); by != "" {
			pkg.PackageSourceInfo += ", made by " + by
		}
		if e, ok := licence.Stated(k.Licence); ok {
			pkg.PackageLicenseDeclared = e.String()
		} else if k.Licence != "" {
			pkg.PackageLicenseComments = "the package says: " + k.Licence
		}
		if k.PURL != "" {
			pkg.PackageExternalReferences = []*spdx.PackageExternalReference{
				{Category: common.CategoryPackageManager, RefType: common.TypePackageManagerPURL, Locator: k.PURL}}
		}
		doc.Packages = append(doc.Packages, pkg)
		doc.Relationships = append(doc.Relationships, relationship("Image", id, "CONTAINS"))
	}
	return doc
}

func spdxPackage(id, name, version string) *spdx.Package {
	return &spdx.Package{
		PackageSPDXIdentifier: common.ElementID(id), PackageName: name, PackageVersion: version, PackageDownloadLocation: noAssertion,
		PackageLicenseConcluded: noAssertion, PackageLicenseDeclared: noAssertion, PackageCopyrightText: noAssertion,
	}
}

func relationship(from, to, kind string) *spdx.Relationship {
	return &spdx.Relationship{RefA: common.MakeDocElementID("", from), RefB: common.MakeDocElementID("", to), Relationship: kind}
}

// spdxNamespace is the document's URI. A layout's name is a path, whose ".."
// would lead a reader of URIs elsewhere.
func spdxNamespace(name, digest string) string {
	return product.URL + "/spdx/" + uriPath(path.Clean("/"+name)) + "/" + uriPath(digest)
}
