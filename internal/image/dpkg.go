package image

import (
	"bufio"
	"bytes"
	"path"
	"strings"

	"github.com/google/osv-scalibr/extractor/filesystem/os/dpkg"
	dpkgmeta "github.com/google/osv-scalibr/extractor/filesystem/os/dpkg/metadata"
)

// dpkgStatus reads the packages that dpkg says are installed.
// See https://manpages.debian.org/bookworm/dpkg/dpkg.1.html (var/lib/dpkg/status).
func dpkgStatus() extractor {
	return extractor{
		what: "dpkg database", limit: MaxDatabaseBytes, keeps: true, record: "\nPackage:",
		// Wherever it lies: the folder may be a link, which only the fold knows.
		wants: func(p Path, head []byte) bool {
			dir, base := path.Split(p.Name)
			return p.Name == "var/lib/dpkg/status" || bytes.HasPrefix(head, []byte("Package:")) && (base == "status" || path.Base(dir) == "status.d")
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			found, err := extract(dpkg.Extractor{}, p, bytes.NewReader(data))
			for _, f := range found {
				pkg := Package{Name: f.Name, Version: f.Version, Type: "deb", Path: p.Name, Source: f.Name, SourceVersion: f.Version}
				if m, ok := f.Metadata.(*dpkgmeta.Metadata); ok {
					pkg.Architecture = m.Architecture
					if m.SourceName != "" {
						pkg.Source = m.SourceName
					}
					if m.SourceVersion != "" {
						pkg.SourceVersion = m.SourceVersion
					}
				}
				inv.Packages = append(inv.Packages, pkg)
			}
			return err
		},
	}
}

// dpkgList reads which files a package installed: info/NAME.list holds a path
// on each line, status.d/NAME.md5sums a sum and a path.
func dpkgList() extractor {
	return extractor{
		what: "dpkg file list", limit: MaxDatabaseBytes, keeps: true,
		wants: func(p Path, _ []byte) bool {
			dir, ext := path.Base(path.Dir(p.Name)), path.Ext(p.Name)
			return dir == "info" && ext == ".list" || dir == "status.d" && ext == ".md5sums"
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			sums := path.Ext(p.Name) == ".md5sums"
			var files []string
			lines := bufio.NewScanner(bytes.NewReader(data))
			for lines.Scan() {
				line := lines.Text()
				if sums {
					_, line, _ = strings.Cut(line, "  ")
				}
				if line = strings.TrimPrefix(line, "/"); line != "" && line != "." {
					files = append(files, line)
				}
			}
			inv.Owned[p.Name] = files
			return lines.Err()
		},
	}
}
