package image

import "strings"

// isDistribution reports whether the package is one of the distribution's manager.
func (p Package) isDistribution() bool {
	switch p.Type {
	case "deb", "apk", "rpm", "alpm":
		return true
	}
	return false
}

// mayBeOwned reports whether a package of a language is left out where a package
// of the distribution brought its file, since that stands for the same software:
// node-semver and semver. Executables are not, as the modules that were linked
// into them are no package of the distribution; nor what lies where distributions
// put nothing of their own, which packages of other vendors do (/opt, see
// https://refspecs.linuxfoundation.org/FHS_3.0/fhs-3.0.html).
func (p Package) mayBeOwned(name string) bool {
	switch p.Type {
	case "deb", "apk", "rpm", "alpm", "golang", "cargo":
		return false
	}
	return !strings.HasPrefix(name, "opt/") && !strings.HasPrefix(name, "usr/local/")
}

// databases are the files in which package managers keep what is installed, and
// their file lists. The same names elsewhere mean nothing: a root file system
// that somebody unpacked into a folder.
func (f *fold) databases() map[*node]bool {
	if f.dbs != nil {
		return f.dbs
	}
	f.dbs = map[*node]bool{}
	for _, name := range []string{
		"var/lib/dpkg/status", chiselManifest, "lib/apk/db/installed", "usr/lib/apk/db/installed", "var/lib/apk/db/installed",
	} {
		f.dbs[f.view.lookup(name, true)] = true
	}
	for _, dir := range rpmFolders {
		for _, name := range rpmFiles {
			f.dbs[f.view.lookup(dir+"/"+name, true)] = true
		}
	}
	for _, dir := range []string{"var/lib/dpkg/status.d", "var/lib/dpkg/info"} {
		if d := f.view.dir(dir, false, 0); d != nil {
			for name := range d.children {
				f.dbs[f.view.lookup(dir+"/"+name, true)] = true
			}
		}
	}
	if d := f.view.dir(pacmanFolder, false, 0); d != nil {
		for name := range d.children {
			f.dbs[f.view.lookup(pacmanFolder+"/"+name+"/desc", true)] = true
			f.dbs[f.view.lookup(pacmanFolder+"/"+name+"/files", true)] = true
		}
	}
	delete(f.dbs, nil)
	return f.dbs
}

// ownedFiles are the files that a visible file list of a package manager names. They
// are looked up as paths, since a list may say /bin/x where /bin is a link.
func (f *fold) ownedFiles() map[*node]bool {
	if f.owned != nil {
		return f.owned
	}
	f.owned = map[*node]bool{}
	for n := range f.databases() {
		for _, file := range f.layers[n.at.layer].Inventory.Owned[n.at.path] {
			if target := f.view.lookup(file, false); target != nil {
				f.owned[target] = true
			}
		}
	}
	return f.owned
}
