package image

import (
	"encoding/json"
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/image/jar"
)

// zippedPackage reads packages that stay in the archive they came in: Yarn's
// "plug and play" cache, Python's eggs, and wheels. The wheels that Python carries
// along to install pip from later are left out: nothing imports them.
func zippedPackage() extractor {
	return extractor{
		what: "package archive", limit: MaxBinaryBytes,
		wants: func(p Path, head []byte) bool {
			return strings.HasPrefix(string(head), "PK\x03\x04") && zippedMember(p.Name) != nil
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			z, err := jar.Open(data)
			if err != nil {
				return err
			}
			wants := zippedMember(p.Name)
			for _, f := range z.File {
				if !wants(f.Name) {
					continue
				}
				raw, err := jar.Unpack(f, MaxMetadataBytes)
				if err != nil {
					return err
				}
				if path.Base(f.Name) == "package.json" {
					var manifest struct{ Name, Version json.RawMessage }
					if err := json.Unmarshal(raw, &manifest); err != nil {
						return err
					}
					if name, version := text(manifest.Name), text(manifest.Version); name != "" && version != "" {
						inv.Packages = append(inv.Packages, language("npm", name, version, p))
					}
					continue
				}
				if err := readPython(inv, p, raw); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// zippedMember returns what tells the wanted file of an archive, nil where the
// archive is none of the three.
func zippedMember(name string) func(member string) bool {
	switch path.Ext(name) {
	case ".zip":
		if path.Base(path.Dir(name)) == "cache" && strings.HasSuffix(path.Dir(path.Dir(name)), ".yarn") {
			return func(m string) bool { return isNpmPackage(m) && strings.Count(m, "node_modules/") == 1 }
		}
	case ".egg":
		return func(m string) bool { return m == "EGG-INFO/PKG-INFO" }
	case ".whl":
		if path.Base(path.Dir(name)) != "_bundled" {
			return func(m string) bool {
				return strings.HasSuffix(m, ".dist-info/METADATA") && strings.Count(m, "/") == 1
			}
		}
	}
	return nil
}
