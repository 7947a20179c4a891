package image

import (
	"path"
	"strings"
)

// smallText keeps the few text files that only the fold can understand, since
// later layers replace them.
func smallText() extractor {
	return extractor{
		what: "text file", limit: MaxTextBytes, keeps: true,
		wants: func(p Path, _ []byte) bool {
			switch p.Name {
			case "etc/passwd", "etc/shadow", "etc/group":
				return true
			}
			return path.Base(p.Name) == "os-release"
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			inv.Text[p.Name] = string(data)
			return nil
		},
	}
}

// unsupportedDatabase says so where packages are kept in a form that is not
// read yet, rather than reporting an image without packages.
func unsupportedDatabase() extractor {
	return extractor{
		refuse: "packages of rpm and pacman are not supported yet, so the distribution's packages of this image are unknown",
		wants: func(p Path, _ []byte) bool {
			dir, base := path.Split(p.Name)
			switch strings.TrimSuffix(dir, "/") {
			case "var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm":
				return base == "Packages" || base == "Packages.db" || base == "rpmdb.sqlite"
			}
			return strings.HasPrefix(p.Name, "var/lib/pacman/local/") && base == "ALPM_DB_VERSION"
		},
	}
}
