package image_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
)

// fixture reads a file of the tests of a library that this module depends on.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/google/osv-scalibr").Output()
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "extractor/filesystem", name))
	require.NoError(t, err)
	return data
}

// tinyRPM is the database of one package that rpmbuild and rpm --root made.
func tinyRPM(t testing.TB) string {
	t.Helper()
	raw, err := os.ReadFile("rpmdb/testdata/tiny.sqlite.gz")
	require.NoError(t, err)
	z, err := gzip.NewReader(bytes.NewReader(raw))
	require.NoError(t, err)
	data, err := io.ReadAll(z)
	require.NoError(t, err)
	return string(data)
}

const rocky9 = "ID=\"rocky\"\nVERSION_ID=\"9.4\"\nPRETTY_NAME=\"Rocky Linux 9.4 (Blue Onyx)\"\n"

// The database of each kind, at each of its places, and what it owns.
func TestRPM(t *testing.T) {
	for _, dir := range []string{"var/lib/rpm", "usr/lib/sysimage/rpm"} {
		p := read(t, layers(layer("etc/os-release", rocky9, dir+"/rpmdb.sqlite", tinyRPM(t), "usr/lib/tiny/a", "hi",
			"usr/lib/node_modules/x/package.json", `{"name":"x","version":"1.0.0"}`)))
		require.Equal(t, []image.Package{
			{Name: "x", Version: "1.0.0", Type: "npm", PURL: "pkg:npm/x@1.0.0", Source: "x", SourceVersion: "1.0.0", Path: "usr/lib/node_modules/x/package.json"},
			{
				Name: "tiny", Version: "2:1.0-3", Type: "rpm", Source: "tiny", SourceVersion: "2:1.0-3", Architecture: "noarch", Licence: "MIT",
				PURL: "pkg:rpm/rocky/tiny@1.0-3?arch=noarch&distro=rocky-9.4&epoch=2", Path: dir + "/rpmdb.sqlite",
			},
		}, p.Packages)
	}
	p := read(t, layers(layer("opt/rootfs/var/lib/rpm/rpmdb.sqlite", tinyRPM(t))))
	require.Empty(t, p.Packages, "a root file system that somebody unpacked")
}

func TestRPMKinds(t *testing.T) {
	for name, want := range map[string]struct {
		count int
		purl  string
	}{
		"rpmdb.sqlite": {141, "pkg:rpm/openssl-libs@3.0.7-6.el9_2?arch=x86_64&epoch=1"},
		"Packages.db":  {132, "pkg:rpm/file-magic@5.32-7.14.1?arch=noarch"},
		"Packages":     {148, "pkg:rpm/bash@4.2.46-34.el7?arch=x86_64"},
	} {
		p := read(t, layers(layer("var/lib/rpm/"+name, string(fixture(t, "os/rpm/testdata/"+name)))))
		require.Len(t, p.Packages, want.count, name)
		require.Contains(t, purls(p), want.purl, name)
		require.Empty(t, p.NotAnalysed, name)
	}
}

// A Python package that rpm installed is reported once, by rpm.
func TestRPMOwns(t *testing.T) {
	db := string(fixture(t, "os/rpm/testdata/Packages"))
	const owned, own = "usr/lib64/python2.7/site-packages/pygpgme-0.3-py2.7.egg-info", "usr/local/lib/python2.7/site-packages/own-1.0.egg-info"
	p := read(t, layers(layer("var/lib/rpm/Packages", db, owned, "Name: pygpgme\nVersion: 0.3\n", own, "Name: own\nVersion: 1.0\n")))
	require.Contains(t, purls(p), "pkg:pypi/own@1.0")
	require.NotContains(t, purls(p), "pkg:pypi/pygpgme@0.3")
	require.Contains(t, purls(p), "pkg:rpm/pygpgme@0.3-9.el7?arch=x86_64")
}

func TestRPMDamaged(t *testing.T) {
	db := tinyRPM(t)
	for name, c := range map[string][2]string{
		"cut":     {"var/lib/rpm/rpmdb.sqlite", db[:len(db)/3]},
		"garbage": {"var/lib/rpm/Packages", "no database"},
		"empty":   {"usr/lib/sysimage/rpm/Packages.db", ""},
	} {
		p := read(t, layers(layer(c[0], c[1])))
		require.Len(t, p.NotAnalysed, 1, name)
		require.Contains(t, p.NotAnalysed[0].Reason, "/"+c[0]+" in layer "+p.Layers[0].DiffID+": rpm database cannot be read: it is ", name)
	}
	p := read(t, layers(layer("var/lib/rpm/rpmdb.sqlite", db, "var/lib/rpm/rpmdb.sqlite-shm", "x", "var/lib/rpm/rpmdb.sqlite-wal", "")))
	require.Empty(t, p.NotAnalysed)
	p = read(t, layers(layer("var/lib/rpm/rpmdb.sqlite", db, "var/lib/rpm/rpmdb.sqlite-wal", "changes")))
	require.Contains(t, p.NotAnalysed[0].Reason, "the rpm database was not closed")
}

func TestPacman(t *testing.T) {
	const dir = "var/lib/pacman/local/python-six-1.16.0-9/"
	desc := "%NAME%\npython-six\n\n%VERSION%\n1.16.0-9\n\n%BASE%\nsix\n\n%DESC%\nName it\n\n%ARCH%\nany\n\n%DEPENDS%\npython\n%NAME%\n\n"
	const meta = "usr/lib/python3.12/site-packages/six-1.16.0.dist-info/METADATA"
	p := read(t, layers(layer(
		"etc/os-release", "ID=arch\n", "var/lib/pacman/local/ALPM_DB_VERSION", "9\n", dir+"desc", desc, dir+"files", "%FILES%\nusr/\nusr/lib/\n"+meta+"\n\n%BACKUP%\netc/x\n",
		meta, "Name: six\nVersion: 1.16.0\n", "var/lib/pacman/local/bad-1-1/desc", "%NAME%\n\n",
	)))
	require.Equal(t, []image.Package{{
		Name: "python-six", Version: "1.16.0-9", Type: "alpm", Source: "six", SourceVersion: "1.16.0-9", Architecture: "any",
		PURL: "pkg:alpm/arch/python-six@1.16.0-9?arch=any&distro=arch", Path: dir + "desc",
	}}, p.Packages)
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "pacman package cannot be read: it names no package or no version")
	valid := read(t, layers(layer("var/lib/pacman/local/gawk-5.3.1-1/desc", string(fixture(t, "os/pacman/testdata/valid")))))
	require.Equal(t, map[string]int{"pkg:alpm/gawk@5.3.1-1?arch=x86_64": 0}, purls(valid))
}

func TestChisel(t *testing.T) {
	const dir = "os/chisel/testdata/chisel/"
	p := read(t, layers(layer(
		"etc/os-release", "ID=ubuntu\nVERSION_ID=\"24.04\"\n", "var/lib/chisel/manifest.wall", string(fixture(t, dir+"openssl.wall")), "usr/lib/x86_64-linux-gnu/libc.so.6", "x",
	)))
	require.Contains(t, purls(p), "pkg:deb/ubuntu/libssl3t64@3.0.13-0ubuntu3.5?arch=amd64&distro=ubuntu-24.04")
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "it names no source packages")
	p = read(t, layers(layer("var/lib/chisel/manifest.wall", string(fixture(t, dir+"invalid.wall")))))
	require.Contains(t, p.NotAnalysed[0].Reason, "chisel manifest cannot be read")
}

// An image whose database was removed is not one without packages.
func TestDistributionWithoutDatabase(t *testing.T) {
	base := layer("etc/os-release", debian12, "var/lib/dpkg/status", dpkg("libc6", "2.36-9"), "usr/lib/x86_64-linux-gnu/libc.so.6", "x", "lib -> usr/lib", "")
	require.Empty(t, read(t, layers(base)).NotAnalysed)
	p := read(t, layers(base, layer("var/lib/dpkg-", "")))
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "the files of Debian GNU/Linux 12 (bookworm) are there and its list of packages is not")
	require.Empty(t, read(t, layers(layer("etc/os-release", debian12, "app", "x"))).NotAnalysed, "a program beside an os-release")
	require.Empty(t, read(t, layers(layer("lib/libc.so.6", "x"))).NotAnalysed, "a library beside a program")
}
