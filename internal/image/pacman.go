package image

import (
	"errors"
	"path"
	"strings"
)

// pacmanFolder holds one folder for each package of Arch Linux.
const pacmanFolder = "var/lib/pacman/local"

// pacmanPackage reads what pacman says of a package in its file desc: sections of
// a name between percent signs and lines up to an empty one. See
// https://man.archlinux.org/man/libalpm_databases.3.
func pacmanPackage() extractor {
	return extractor{
		what: "pacman package", limit: MaxTextBytes,
		wants: func(p Path, _ []byte) bool { return isPacman(p.Name, "desc") },
		run: func(inv *Inventory, p Path, data []byte) error {
			pkg := Package{Type: "alpm", Path: p.Name}
			sections(string(data), func(section, line string) {
				switch section {
				case "%NAME%":
					pkg.Name = line
				case "%BASE%":
					pkg.Source = line
				case "%VERSION%":
					pkg.Version = line
				case "%ARCH%":
					pkg.Architecture = line
				}
			})
			if pkg.Name == "" || pkg.Version == "" {
				return errNoPackage
			}
			if pkg.Source == "" {
				pkg.Source = pkg.Name
			}
			pkg.SourceVersion = pkg.Version
			inv.Packages = append(inv.Packages, pkg)
			return nil
		},
	}
}

// pacmanList reads which files a package installed.
func pacmanList() extractor {
	return extractor{
		what: "pacman file list", limit: MaxDatabaseBytes, keeps: true,
		wants: func(p Path, _ []byte) bool { return isPacman(p.Name, "files") },
		run: func(inv *Inventory, p Path, data []byte) error {
			var files []string
			sections(string(data), func(section, line string) {
				if section == "%FILES%" && !strings.HasSuffix(line, "/") {
					files = append(files, line)
				}
			})
			inv.Owned[p.Name] = files
			return nil
		},
	}
}

// errNoPackage is said of metadata that lacks what makes a package.
var errNoPackage = errors.New("it names no package or no version")

func isPacman(name, file string) bool {
	dir, base := path.Split(name)
	return base == file && path.Dir(strings.TrimSuffix(dir, "/")) == pacmanFolder
}

// sections calls visit for every line of every section.
func sections(text string, visit func(section, line string)) {
	section := ""
	for line := range strings.Lines(text) {
		switch line = strings.TrimSpace(line); {
		case line == "":
			section = ""
		case section == "":
			section = line
		default:
			visit(section, line)
		}
	}
}
