package image

import (
	"bytes"
	"path"

	"github.com/google/osv-scalibr/extractor/filesystem/os/apk/apkutil"
)

// apkInstalled reads the packages of apk and the files they installed: P, V, o
// and A are name, version, origin and architecture, F a folder and R a file in
// it. See https://wiki.alpinelinux.org/wiki/Apk_spec.
func apkInstalled() extractor {
	return extractor{
		what: "apk database", limit: MaxDatabaseBytes, keeps: true, record: "\nP:",
		// Wherever it lies: the folder may be a link, which only the fold knows.
		wants: func(p Path, head []byte) bool {
			return p.Name == "lib/apk/db/installed" || path.Base(p.Name) == "installed" && (bytes.HasPrefix(head, []byte("C:")) || bytes.HasPrefix(head, []byte("P:")))
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			records := apkutil.NewScanner(bytes.NewReader(data))
			for records.Scan() {
				pkg := Package{Type: "apk", Path: p.Name}
				folder := ""
				for _, kv := range records.FullRecord() {
					switch kv.Key {
					case "P":
						pkg.Name = kv.Value
					case "V":
						pkg.Version = kv.Value
					case "A":
						pkg.Architecture = kv.Value
					case "L":
						pkg.Licence = statedLicence(kv.Value)
					case "o":
						pkg.Source = kv.Value
					case "F":
						folder = kv.Value
					case "R":
						inv.Owned[p.Name] = append(inv.Owned[p.Name], path.Join(folder, kv.Value))
					}
				}
				if pkg.Name == "" || pkg.Version == "" {
					continue
				}
				if pkg.Source == "" {
					pkg.Source = pkg.Name
				}
				pkg.SourceVersion = pkg.Version
				inv.Packages = append(inv.Packages, pkg)
			}
			return records.Err()
		},
	}
}
