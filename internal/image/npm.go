package image

import (
	"encoding/json"
	"path"
	"strings"
)

// npmPackage reads the package.json of installed npm packages: those right in a
// node_modules folder, or in a scope of it. Others are stubs inside a package.
func npmPackage() extractor {
	return extractor{
		what: "package.json", limit: MaxMetadataBytes,
		wants: func(p Path, _ []byte) bool { return isNpmPackage(p.Name) },
		run: func(inv *Inventory, p Path, data []byte) error {
			// Only these are read, each on its own, so that an odd "author"
			// does not hide a package.
			var manifest struct{ Name, Version, License, Licenses json.RawMessage }
			if err := json.Unmarshal(data, &manifest); err != nil {
				return err
			}
			name, version := text(manifest.Name), text(manifest.Version)
			if name != "" && version != "" {
				pkg := language("npm", name, version, p)
				pkg.Licence = npmLicence(manifest.License, manifest.Licenses)
				inv.Packages = append(inv.Packages, pkg)
			}
			return nil
		},
	}
}

// isNpmPackage knows the package.json of an installed package by its place.
func isNpmPackage(name string) bool {
	if path.Base(name) != "package.json" {
		return false
	}
	dir := path.Dir(path.Dir(name))
	if strings.HasPrefix(path.Base(dir), "@") {
		dir = path.Dir(dir)
	}
	return path.Base(dir) == "node_modules"
}

// text returns a JSON string's value, "" for anything else.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return strings.TrimSpace(s)
}
