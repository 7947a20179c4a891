package image_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// npm makes the files of an installed package whose version tells which layer
// it came from.
func npm(dir, name, version string) (string, string) {
	return dir + "/node_modules/" + name + "/package.json", fmt.Sprintf(`{"name":%q,"version":%q}`, name, version)
}

func one(dir, name, version string) imagetest.LayerSpec { return layer(npm(dir, name, version)) }

func bare(files ...imagetest.FileSpec) imagetest.LayerSpec {
	return imagetest.LayerSpec{Files: files, Bare: true}
}

func file(name, data string) imagetest.FileSpec {
	return imagetest.FileSpec{Path: name, Data: []byte(data)}
}

func npmFile(dir, name, version string) imagetest.FileSpec {
	path, data := npm(dir, name, version)
	return file(path, data)
}

// merged is a stack of layers and the layer of every package in it.
type merged struct {
	layers []imagetest.LayerSpec
	want   map[string]int
}

func checkMerged(t *testing.T, cases map[string]merged) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, purls(read(t, layers(c.layers...))))
		})
	}
}

func TestFoldRemovals(t *testing.T) {
	checkMerged(t, map[string]merged{
		"kept": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), one("app", "b", "1.0.0")},
			map[string]int{"pkg:npm/a@1.0.0": 0, "pkg:npm/b@1.0.0": 1},
		},
		"upgraded": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), one("app", "a", "2.0.0")},
			map[string]int{"pkg:npm/a@2.0.0": 1},
		},
		"written again": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), one("app", "a", "1.0.0"), layer("x", "y")},
			map[string]int{"pkg:npm/a@1.0.0": 0},
		},
		"there and back": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), one("app", "a", "2.0.0"), one("app", "a", "1.0.0")},
			map[string]int{"pkg:npm/a@1.0.0": 2},
		},
		"file removed": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), layer("app/node_modules/a/package.json-", "")},
			map[string]int{},
		},
		"folder removed": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), layer("app-", "")},
			map[string]int{},
		},
		"removed and added again": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), layer("app-", ""), one("app", "a", "1.0.0")},
			map[string]int{"pkg:npm/a@1.0.0": 2},
		},
		"removed what was not there": {
			[]imagetest.LayerSpec{layer("app-", "", "x/y/z-", ""), one("app", "a", "1.0.0")},
			map[string]int{"pkg:npm/a@1.0.0": 1},
		},
		"folder emptied": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), {Files: []imagetest.FileSpec{npmFile("app", "b", "1.0.0"), {Path: "app", Opaque: true}}}},
			map[string]int{"pkg:npm/b@1.0.0": 1},
		},
		"folder emptied, said after its new files": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), bare(npmFile("app", "b", "1.0.0"), imagetest.FileSpec{Path: "app", Opaque: true})},
			map[string]int{"pkg:npm/b@1.0.0": 1},
		},
		"root emptied": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), bare(file(".wh..wh..opq", ""))},
			map[string]int{},
		},
		"notes of AUFS": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), bare(file("app/.wh..wh.plnk", ""), file(".wh..wh.aufs", ""))},
			map[string]int{"pkg:npm/a@1.0.0": 0},
		},
	})
}

func TestFoldReplacements(t *testing.T) {
	checkMerged(t, map[string]merged{
		"folder becomes a file": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), layer("app/node_modules/a", "file")},
			map[string]int{},
		},
		"folder becomes a link": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), one("new", "a", "2.0.0"), layer("app -> new", "")},
			map[string]int{"pkg:npm/a@2.0.0": 1},
		},
		"file becomes a folder": {
			[]imagetest.LayerSpec{layer("app", "file"), one("app", "a", "1.0.0")},
			map[string]int{"pkg:npm/a@1.0.0": 1},
		},
		"folder stays": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), layer("app/", "")},
			map[string]int{"pkg:npm/a@1.0.0": 0},
		},
		"file becomes a device": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), layer("app/node_modules/a/package.json -> /dev/null", "")},
			map[string]int{},
		},
		"hard link outlives its target": {
			[]imagetest.LayerSpec{
				{Files: []imagetest.FileSpec{npmFile("app", "a", "1.0.0"), hardLink("copy/node_modules/a/package.json", "app/node_modules/a/package.json")}},
				layer("app-", ""),
			},
			map[string]int{"pkg:npm/a@1.0.0": 0},
		},
		"hard link to nothing": {
			[]imagetest.LayerSpec{one("app", "a", "1.0.0"), {Files: []imagetest.FileSpec{hardLink("x", "gone")}}},
			map[string]int{"pkg:npm/a@1.0.0": 0},
		},
		"through a linked folder": {
			[]imagetest.LayerSpec{layer("srv/app/", "", "app -> srv/app", ""), bare(npmFile("app", "a", "1.0.0")), layer("srv/app/node_modules-", "")},
			map[string]int{},
		},
		"through a linked folder, absolute and dotted": {
			[]imagetest.LayerSpec{layer("srv/app/", "", "b -> /srv/../srv/./app", ""), bare(npmFile("b", "a", "1.0.0"), npmFile("srv/app", "a", "2.0.0"))},
			map[string]int{"pkg:npm/a@2.0.0": 1},
		},
		"loop of links": {
			[]imagetest.LayerSpec{layer("a -> b", "", "b -> a", ""), bare(npmFile("a", "x", "1.0.0")), one("app", "y", "1.0.0")},
			map[string]int{"pkg:npm/y@1.0.0": 2},
		},
	})
}

func TestFoldHardLinksAreOnePackage(t *testing.T) {
	spec := layers(imagetest.LayerSpec{Files: []imagetest.FileSpec{
		npmFile("b", "x", "1.0.0"), hardLink("a/node_modules/x/package.json", "b/node_modules/x/package.json"),
	}})
	p := read(t, spec)
	require.Len(t, p.Packages, 1)
	require.Equal(t, "a/node_modules/x/package.json", p.Packages[0].Path)
}

func TestFoldSaysWhatItCannotPlace(t *testing.T) {
	p := read(t, layers(layer("a -> b", "", "b -> a", ""), bare(file("a/x", "y"))))
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "/a/x in layer "+p.Layers[1].DiffID)
	require.Empty(t, p.NotAnalysed[0].Path, "a path there is one of the repository")
	require.Equal(t, source.ConcernImage, p.NotAnalysed[0].Concern)
}

func TestFoldDropsComplaintsAboutRemovedFiles(t *testing.T) {
	broken := layer("app/node_modules/a/package.json", "{")
	require.Contains(t, read(t, layers(broken)).NotAnalysed[0].Reason, "/app/node_modules/a/package.json in layer sha256:")
	require.Empty(t, read(t, layers(broken, layer("app-", ""))).NotAnalysed)
	require.Empty(t, read(t, layers(broken, one("app", "a", "1.0.0"))).NotAnalysed)
}

// A package manager rewrites its whole database for every package.
func TestFoldDatabaseRewritten(t *testing.T) {
	const db = "var/lib/dpkg/status"
	p := read(t, layers(
		layer("usr/lib/os-release", debian12, "etc/os-release -> ../usr/lib/os-release", "", db, dpkg("libc6", "2.36-9", "gone", "1.0", "back", "1.0")),
		layer(db, dpkg("libc6", "2.36-9", "curl", "7.88.1-10+deb12u5")),
		layer(db, dpkg("libc6", "2.36-9", "curl", "7.88.1-10+deb12u5", "back", "1.0")),
	))
	require.Equal(t, map[string]int{
		"pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12":             0,
		"pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?arch=amd64&distro=debian-12": 1,
		"pkg:deb/debian/back@1.0?arch=amd64&distro=debian-12":                 2,
	}, purls(p))
	require.Equal(t, image.Distro{ID: "debian", VersionID: "12", Name: "Debian GNU/Linux 12 (bookworm)"}, p.Distro)
}

func TestFoldOwnedPackagesOnce(t *testing.T) {
	path, data := npm("usr/share", "semver", "7.3.5")
	python := "usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA"
	own, ownData := npm("app", "semver", "7.6.0")
	p := read(t, layers(
		layer("usr/share/", "", "share -> usr/share", ""),
		layer("var/lib/dpkg/status", dpkg("node-semver", "7.3.5-1"),
			"var/lib/dpkg/info/node-semver.list", "/.\n/share\n/share/node_modules/semver/package.json\n/"+python+"\n",
			path, data, python, "Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n", own, ownData),
	))
	require.Equal(t, map[string]int{"pkg:deb/node-semver@7.3.5-1?arch=amd64": 1, "pkg:npm/semver@7.6.0": 1}, purls(p))
}

func TestFoldDistro(t *testing.T) {
	for name, c := range map[string]struct {
		layers []imagetest.LayerSpec
		want   image.Distro
	}{
		"none":             {[]imagetest.LayerSpec{layer("a", "b")}, image.Distro{}},
		"usr/lib":          {[]imagetest.LayerSpec{layer("a", "b"), layer("usr/lib/os-release", "ID=alpine\nVERSION_ID=3.20.3\n")}, image.Distro{ID: "alpine", VersionID: "3.20.3", Layer: 1}},
		"etc first":        {[]imagetest.LayerSpec{layer("usr/lib/os-release", "ID=a\n", "etc/os-release", "ID=b\n")}, image.Distro{ID: "b"}},
		"absolute link":    {[]imagetest.LayerSpec{layer("usr/lib/os-release", "ID=a\n", "etc/os-release -> /usr/lib/os-release", "")}, image.Distro{ID: "a"}},
		"link of links":    {[]imagetest.LayerSpec{layer("opt/os-release", "ID=a\n", "usr/lib/os-release -> ../../opt/os-release", "", "etc/os-release -> ../usr/lib/os-release", "")}, image.Distro{ID: "a"}},
		"link to itself":   {[]imagetest.LayerSpec{layer("etc/os-release -> os-release", "", "usr/lib/os-release", "ID=a\n")}, image.Distro{ID: "a"}},
		"removed":          {[]imagetest.LayerSpec{layer("usr/lib/os-release", "ID=a\n"), layer("usr-", "")}, image.Distro{}},
		"replaced":         {[]imagetest.LayerSpec{layer("usr/lib/os-release", "ID=a\n"), layer("usr/lib/os-release", "ID=b\n")}, image.Distro{ID: "b", Layer: 1}},
		"written again":    {[]imagetest.LayerSpec{layer("usr/lib/os-release", "ID=a\n"), layer("usr/lib/os-release", "ID=a\n")}, image.Distro{ID: "a"}},
		"quotes and noise": {[]imagetest.LayerSpec{layer("etc/os-release", "# x\n\nNAME\nPRETTY_NAME=\"A \\\"b\\\" C\"\nID='Wolfi'\nVERSION_ID=\"\n")}, image.Distro{ID: "wolfi", VersionID: "\"", Name: "A \"b\" C"}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, read(t, layers(c.layers...)).Distro) })
	}
}

func TestFoldNotableFiles(t *testing.T) {
	mode := func(path string, mode uint32) imagetest.FileSpec {
		return imagetest.FileSpec{Path: path, Mode: mode, Data: []byte("x")}
	}
	p := read(t, layers(
		imagetest.LayerSpec{Files: []imagetest.FileSpec{
			mode("usr/bin/su", 0o4755), mode("usr/bin/wall", 0o2755), mode("usr/bin/locked", 0o2744), mode("opt/open", 0o666),
			{Path: "tmp", Dir: true, Mode: 0o1777}, {Path: "usr/bin/sh", Link: "dash"}, mode("usr/bin/dash", 0o755),
			mode("usr/bin/apt-get", 0o755), mode("opt/bash", 0o755), mode("usr/local/bin/bash", 0o644), mode("usr/bin/late", 0o755),
			{Path: "bin", Link: "usr/bin"}, hardLink("usr/bin/alias", "usr/bin/su"), mode("usr/bin/gone", 0o4755),
		}},
		imagetest.LayerSpec{Files: []imagetest.FileSpec{mode("usr/bin/late", 0o4755), mode("usr/bin/su", 0o4755), {Path: "usr/bin/gone", Whiteout: true}}},
		imagetest.LayerSpec{Files: []imagetest.FileSpec{mode("bin/bash", 0o755)}, Bare: true},
	))
	require.Equal(t, []image.File{
		{Kind: image.WorldWritable, Path: "opt/open", Mode: 0o666},
		{Kind: image.SetUID, Path: "usr/bin/alias", Mode: 0o4755},
		{Kind: image.PackageManager, Path: "usr/bin/apt-get", Mode: 0o755},
		{Kind: image.Shell, Path: "usr/bin/bash", Mode: 0o755, Layer: 2},
		{Kind: image.Shell, Path: "usr/bin/dash", Mode: 0o755},
		{Kind: image.SetUID, Path: "usr/bin/late", Mode: 0o4755, Layer: 1},
		{Kind: image.SetUID, Path: "usr/bin/su", Mode: 0o4755},
		{Kind: image.SetGID, Path: "usr/bin/wall", Mode: 0o2755},
	}, p.Files)
}

// The database may be reached through a link, and the same names elsewhere are
// no database.
func TestFoldDatabasesThroughLinks(t *testing.T) {
	status := dpkg("libc6", "2.36-9")
	want := map[string]int{"pkg:deb/libc6@2.36-9?arch=amd64": 0}
	path, data := npm("usr/share", "x", "1.0.0")
	require.Equal(t, want, purls(read(t, layers(layer(
		"usr/lib/dpkg-db/status", status, "usr/lib/dpkg-db/info/x.list", "/"+path+"\n", path, data, "var/lib/dpkg -> ../../usr/lib/dpkg-db", "")))))
	require.Equal(t, want, purls(read(t, layers(layer("opt/status", status, "var/lib/dpkg/status -> /opt/status", "")))))
	require.Empty(t, purls(read(t, layers(layer("opt/rootfs/var/lib/dpkg/status", status, "opt/lib/apk/db/installed", apkDatabase)))))
}

// Links can make a path longer than any entry may name, again and again.
func TestFoldDepth(t *testing.T) {
	deep := strings.Repeat("d/", image.MaxPathDepth-2)
	var ls []imagetest.LayerSpec
	for i := range 6 {
		from := fmt.Sprintf("l%d", i)
		ls = append(ls, bare(file(from+"/"+deep+"f", "x"), imagetest.FileSpec{Path: fmt.Sprintf("l%d", i+1), Link: from + "/" + deep}))
	}
	p := read(t, layers(ls...))
	require.NotEmpty(t, p.NotAnalysed)
	require.Contains(t, p.NotAnalysed[0].Reason, "too deep")
}
