package image

import (
	"bytes"
	"strings"

	"github.com/google/osv-scalibr/extractor/filesystem/language/python/wheelegg"
)

// pythonPackage reads the metadata of installed Python distributions.
// See https://packaging.python.org/en/latest/specifications/recording-installed-packages/.
func pythonPackage() extractor {
	return extractor{
		what: "Python package metadata", limit: MaxMetadataBytes,
		wants: func(p Path, _ []byte) bool {
			return strings.HasSuffix(p.Name, ".dist-info/METADATA") || strings.HasSuffix(p.Name, ".egg/EGG-INFO/PKG-INFO") ||
				strings.HasSuffix(p.Name, ".egg-info/PKG-INFO") || strings.HasSuffix(p.Name, ".egg-info")
		},
		run: readPython,
	}
}

// readPython reads the headers that all of them have.
func readPython(inv *Inventory, p Path, data []byte) error {
	found, err := extract(wheelegg.Extractor{}, Path{Name: "METADATA"}, bytes.NewReader(data))
	for _, f := range found {
		pkg := language("pypi", f.Name, f.Version, p)
		pkg.Licence = pythonLicence(data)
		inv.Packages = append(inv.Packages, pkg)
	}
	return err
}
