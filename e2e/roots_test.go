//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

// realDatabase returns a package manager's database out of the tests of a library
// that this module depends on.
func realDatabase(t *testing.T, name string) []byte {
	t.Helper()
	dir := strings.TrimSpace(command{dir: here.root}.must(t, "go", "list", "-m", "-f", "{{.Dir}}", "github.com/google/osv-scalibr"))
	data, err := os.ReadFile(filepath.Join(dir, "extractor/filesystem/os", name))
	require.NoError(t, err)
	return data
}

// packagesIn returns the packages of one type that the program sees in a root file system
// of these files.
func packagesIn(t *testing.T, typ string, files ...imagetest.FileSpec) map[nameVersion]bool {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, imagetest.Spec{Layers: []imagetest.LayerSpec{{Files: files}}}.WriteLayout(dir))
	out := map[nameVersion]bool{}
	for _, p := range sbomOf(t, "oci:"+dir) {
		if p.Type == typ {
			out[nameVersion{p.Name, p.Version}] = true
		}
	}
	return out
}

// rpmList asks rpm what a database holds. Keys that it trusts are no packages.
func rpmList(t *testing.T, dbpath string, more ...string) map[nameVersion]bool {
	t.Helper()
	out := map[nameVersion]bool{}
	args := append(more, "--dbpath", dbpath, "-qa", "--qf", `%{NAME} %{EPOCHNUM}:%{VERSION}-%{RELEASE}\n`)
	for line := range strings.Lines(command{}.must(t, "rpm", args...)) {
		f := strings.Fields(line)
		if f[0] != "gpg-pubkey" {
			out[nameVersion{f[0], strings.TrimPrefix(f[1], "0:")}] = true
		}
	}
	return out
}

// TestRPMDatabases compares with rpm itself: Rocky's and CentOS's databases, and one
// that rpm makes here. Debian's rpm cannot read SUSE's form, which only our own
// tests hold against what its header says.
func TestRPMDatabases(t *testing.T) {
	tool(t, "rpm")
	for file, backend := range map[string]string{"rpmdb.sqlite": "sqlite", "Packages": "bdb_ro"} {
		data := realDatabase(t, "rpm/testdata/"+file)
		dir := t.TempDir()
		writeFile(t, filepath.Join(dir, file), data, 0o644)
		want := rpmList(t, dir, "--define", "_db_backend "+backend)
		requireSame(t, "rpm", want, packagesIn(t, "rpm", imagetest.FileSpec{Path: "var/lib/rpm/" + file, Data: data}))
	}
}

const spec = `Name: %s
%s
Version: %s
Release: %d
Summary: x
License: MIT
BuildArch: noarch
%%description
x
%%install
mkdir -p %%{buildroot}/usr/lib/node_modules/%[1]s; echo '{"name":"%[1]s","version":"1.0.0"}' > %%{buildroot}/usr/lib/node_modules/%[1]s/package.json
%%files
/usr/lib/node_modules/%[1]s
`

// TestRPMRoot builds packages, installs, upgrades and removes them below a root, and
// compares what is there with rpm: its packages, and that the npm packages in them
// are not listed again.
func TestRPMRoot(t *testing.T) {
	tool(t, "rpm")
	tool(t, "rpmbuild")
	work := t.TempDir()
	root := filepath.Join(work, "root")
	rpm := func(args ...string) {
		command{}.must(t, "rpm", append([]string{"--root", root, "--dbpath", "/usr/lib/sysimage/rpm", "--nodeps", "--noscripts", "--force-debian"}, args...)...)
	}
	build := func(name, epoch, version string, release int) string {
		file := filepath.Join(work, name+".spec")
		writeFile(t, file, fmt.Appendf(nil, spec, name, epoch, version, release), 0o644)
		command{}.must(t, "rpmbuild", "--define", "_topdir "+work, "-bb", file)
		return filepath.Join(work, "RPMS", "noarch", fmt.Sprintf("%s-%s-%d.noarch.rpm", name, version, release))
	}
	require.NoError(t, os.MkdirAll(root, 0o755))
	rpm("-i", build("one", "Epoch: 3", "1.0", 1), build("two", "", "2.0~rc1", 2), build("gone", "", "1", 1), build("old", "", "1", 1))
	rpm("-U", build("old", "", "2^git1", 5))
	rpm("-e", "gone")
	var files []imagetest.FileSpec
	for _, name := range []string{"usr/lib/sysimage/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/rpmdb.sqlite-wal", "usr/lib/node_modules/one/package.json", "usr/lib/node_modules/old/package.json"} {
		data, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		files = append(files, imagetest.FileSpec{Path: name, Data: data})
	}
	files = append(files, imagetest.FileSpec{Path: "srv/node_modules/own/package.json", Data: []byte(`{"name":"own","version":"1.0.0"}`)})
	want := rpmList(t, filepath.Join(root, "usr/lib/sysimage/rpm"))
	require.Equal(t, map[nameVersion]bool{{"one", "3:1.0-1"}: true, {"two", "2.0~rc1-2"}: true, {"old", "2^git1-5"}: true}, want)
	requireSame(t, "rpm", want, packagesIn(t, "rpm", files...))
	require.Equal(t, map[nameVersion]bool{{"own", "1.0.0"}: true}, packagesIn(t, "npm", files...))
}

// TestAlpineDatabase compares with the records of a real database, at the place of
// old releases and that of 3.22 and later. No apk runs on Debian.
func TestAlpineDatabase(t *testing.T) {
	data := realDatabase(t, "apk/testdata/installed")
	want := map[nameVersion]bool{}
	name := ""
	for line := range strings.Lines(string(data)) {
		switch key, rest, _ := strings.Cut(strings.TrimSpace(line), ":"); key {
		case "P": // always before V
			name = rest
		case "V":
			want[nameVersion{name, rest}] = true
		}
	}
	for _, place := range []string{"lib/apk/db/installed", "usr/lib/apk/db/installed"} {
		requireSame(t, "apk", want, packagesIn(t, "apk", imagetest.FileSpec{Path: "etc/os-release", Data: []byte("ID=alpine\nVERSION_ID=3.22.1\n")}, imagetest.FileSpec{Path: place, Data: data}))
	}
}
