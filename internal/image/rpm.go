package image

import (
	"fmt"
	"path"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/image/rpmdb"
)

// rpmFolders are where the distributions keep the database of rpm: the second is
// Fedora's and SUSE's, the third that of images made with rpm-ostree.
var rpmFolders = []string{"var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm"}

// rpmFiles are its names: Berkeley DB's, SUSE's, and SQLite's.
var rpmFiles = []string{"Packages", "Packages.db", "rpmdb.sqlite"}

// rpmDatabase reads the packages of rpm and the files they installed.
func rpmDatabase() extractor {
	return extractor{
		what: "rpm database", limit: MaxRPMBytes,
		wants: func(p Path, head []byte) bool {
			dir, base := path.Split(p.Name)
			for _, name := range rpmFiles {
				if base == name {
					return rpmdb.Is(head) || isRPMFolder(dir)
				}
			}
			return false
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			found, err := rpmdb.Read(data)
			for _, f := range found {
				inv.Packages = append(inv.Packages, rpmPackage(f, p))
				inv.Owned[p.Name] = append(inv.Owned[p.Name], f.Files...)
			}
			return err
		},
	}
}

// rpmJournal notes a database whose last changes are still in SQLite's journal
// beside it, since they are not read.
func rpmJournal() extractor {
	return extractor{
		refuse: "the rpm database was not closed: its last changes stand in this journal, which is not read, so packages may be missing or old; run rpm -qa in the same RUN, which closes it",
		wants: func(p Path, _ []byte) bool {
			dir, base := path.Split(p.Name)
			return base == "rpmdb.sqlite-wal" && p.Size > 0 && isRPMFolder(dir)
		},
	}
}

func isRPMFolder(dir string) bool {
	for _, name := range rpmFolders {
		if dir == name+"/" {
			return true
		}
	}
	return false
}

// rpmPackage keeps an epoch other than 0 in the version, as rpm's own tools write
// it: 1:2.3-4.el9.
func rpmPackage(f rpmdb.Package, p Path) Package {
	version := f.Version
	if f.Release != "" {
		version += "-" + f.Release
	}
	if f.Epoch != 0 {
		version = fmt.Sprintf("%d:%s", f.Epoch, version)
	}
	pkg := Package{Name: f.Name, Version: version, Type: "rpm", Path: p.Name, Architecture: f.Arch, Licence: statedLicence(f.Licence), Source: f.Name, SourceVersion: version}
	// openssl-libs-3.0.7-1.el9.src.rpm: the version and release of a source package
	// hold no dash.
	source := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(f.SourceRPM, ".rpm"), ".src"), ".nosrc")
	if i := strings.LastIndexByte(source, '-'); i > 0 {
		if j := strings.LastIndexByte(source[:i], '-'); j > 0 {
			pkg.Source, pkg.SourceVersion = source[:j], source[j+1:]
			if f.Epoch != 0 { // packages of one source have one epoch but for a few
				pkg.SourceVersion = fmt.Sprintf("%d:%s", f.Epoch, pkg.SourceVersion)
			}
		}
	}
	return pkg
}
