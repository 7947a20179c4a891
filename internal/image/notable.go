package image

import (
	"path"
)

// notable names what is remarkable about a file: what it may become when run,
// who may change it, and what it lets an intruder do.
func notable(p Path) []FileKind {
	var kinds []FileKind
	if p.Mode&0o4000 != 0 && p.Mode&0o111 != 0 {
		kinds = append(kinds, SetUID)
	}
	if p.Mode&0o2000 != 0 && p.Mode&0o010 != 0 { // without group execution it means mandatory locking
		kinds = append(kinds, SetGID)
	}
	if p.Mode&0o002 != 0 {
		kinds = append(kinds, WorldWritable)
	}
	if p.Mode&0o111 != 0 && inProgramFolder(p.Name) {
		switch path.Base(p.Name) {
		case "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh", "busybox", "toybox":
			kinds = append(kinds, Shell)
		case "apt", "apt-get", "aptitude", "dpkg", "apk", "yum", "dnf", "dnf5", "microdnf", "tdnf", "rpm", "zypper", "pacman", "opkg":
			kinds = append(kinds, PackageManager)
		}
	}
	return kinds
}

func inProgramFolder(name string) bool {
	switch path.Dir(name) {
	case "bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "busybox":
		return true
	}
	return false
}

// addNotable keeps a regular file or hard link in the inventory where it is notable.
func (w *walker) addNotable(p Path) {
	for _, k := range notable(p) {
		w.inv.Files = append(w.inv.Files, File{Kind: k, Path: p.Name, Mode: p.Mode})
	}
}
