package image_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/imagetest"
)

func byName(p *image.Platform) map[string]image.Package {
	out := map[string]image.Package{}
	for _, pkg := range p.Packages {
		out[pkg.Name] = pkg
	}
	return out
}

func TestDpkg(t *testing.T) {
	status := `Package: libssl3
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Source: openssl (3.0.11-1)
Version: 1:3.0.11-1~deb12u2
Conffiles:
 /etc/ssl/openssl.cnf 8d0e
Description: toolkit
 Version: 9
 .
 more

Package: removed
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0
Description: x

Package: login
Status: install ok installed
Architecture: all
Source: shadow
Version: 4.13
Description: last, without an empty line behind it`
	p := read(t, layers(layer("etc/os-release", "ID=ubuntu\nVERSION_ID=\"24.04\"\n", "var/lib/dpkg/status", status)))
	require.Equal(t, []image.Package{
		{
			Name: "libssl3", Version: "1:3.0.11-1~deb12u2", Type: "deb", Source: "openssl", SourceVersion: "3.0.11-1", Architecture: "amd64",
			PURL: "pkg:deb/ubuntu/libssl3@1:3.0.11-1~deb12u2?arch=amd64&distro=ubuntu-24.04", Path: "var/lib/dpkg/status",
		},
		{
			Name: "login", Version: "4.13", Type: "deb", Source: "shadow", SourceVersion: "4.13", Architecture: "all",
			PURL: "pkg:deb/ubuntu/login@4.13?arch=all&distro=ubuntu-24.04", Path: "var/lib/dpkg/status",
		},
	}, p.Packages)
}

func TestDpkgBroken(t *testing.T) {
	p := read(t, layers(layer("var/lib/dpkg/status", dpkg("a", "1")+"no field\n\n"+dpkg("b", "1"))))
	require.Contains(t, byName(p), "a")
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "dpkg database cannot be read")
}

// Distroless images keep one file for each package and no Status in it.
func TestDistroless(t *testing.T) {
	one := func(name, version string) string {
		return "Package: " + name + "\nVersion: " + version + "\nArchitecture: amd64\nSource: src-" + name + "\n"
	}
	p := read(t, layers(
		layer("usr/lib/os-release", debian12, "var/lib/dpkg/status.d/base", one("base-files", "12.4"),
			"var/lib/dpkg/status.d/base.md5sums", "0123456789abcdef0123456789abcdef  usr/lib/node_modules/x/package.json\n"),
		layer("var/lib/dpkg/status.d/libc6", one("libc6", "2.36-9"), "usr/lib/node_modules/x/package.json", `{"name":"x","version":"1.0.0"}`),
		layer("var/lib/dpkg/status.d/base-", "", "var/lib/dpkg/status.d/base.md5sums-", ""),
	))
	require.Equal(t, map[string]int{"pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12": 1, "pkg:npm/x@1.0.0": 1}, purls(p),
		"base is gone, and with it what it said it owned")
	require.Equal(t, "src-libc6", byName(p)["libc6"].Source)
}

const apkDatabase = `C:Q1abc=
P:musl
V:1.2.5-r0
A:x86_64
o:musl
F:lib
R:ld-musl-x86_64.so.1
a:0:0:755

P:libcrypto3
V:3.3.2-r1
A:x86_64
o:openssl
F:usr/lib/node_modules/npm/node_modules/ms
R:package.json

P:noorigin
V:1-r0
A:noarch
`

func TestApk(t *testing.T) {
	for _, db := range []string{"lib/apk/db/installed", "usr/lib/apk/db/installed"} {
		p := read(t, layers(layer("etc/os-release", "ID=alpine\nVERSION_ID=3.20.3\n", db, apkDatabase,
			"usr/lib/node_modules/npm/node_modules/ms/package.json", `{"name":"ms","version":"2.1.2"}`)))
		require.Equal(t, []image.Package{
			{
				Name: "libcrypto3", Version: "3.3.2-r1", Type: "apk", Source: "openssl", SourceVersion: "3.3.2-r1", Architecture: "x86_64",
				PURL: "pkg:apk/alpine/libcrypto3@3.3.2-r1?arch=x86_64&distro=alpine-3.20", Path: db,
			},
			{
				Name: "musl", Version: "1.2.5-r0", Type: "apk", Source: "musl", SourceVersion: "1.2.5-r0", Architecture: "x86_64",
				PURL: "pkg:apk/alpine/musl@1.2.5-r0?arch=x86_64&distro=alpine-3.20", Path: db,
			},
			{
				Name: "noorigin", Version: "1-r0", Type: "apk", Source: "noorigin", SourceVersion: "1-r0", Architecture: "noarch",
				PURL: "pkg:apk/alpine/noorigin@1-r0?arch=noarch&distro=alpine-3.20", Path: db,
			},
		}, p.Packages)
	}
}

func TestApkBroken(t *testing.T) {
	p := read(t, layers(layer("lib/apk/db/installed", "P:a\nV:1\n\nnonsense\n")))
	require.Contains(t, byName(p), "a")
	require.Contains(t, p.NotAnalysed[0].Reason, "apk database cannot be read")
}

// goProgram compiles a program with one dependency, out of the module cache.
func goProgram(t *testing.T) []byte {
	t.Helper()
	sums, err := os.ReadFile("../../go.sum")
	require.NoError(t, err)
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":  "module example.com/app\n\ngo 1.26\n\nrequire golang.org/x/mod v0.41.0\n",
		"go.sum":  string(sums),
		"main.go": "package main\n\nimport \"golang.org/x/mod/semver\"\n\nfunc main() { println(semver.IsValid(\"v1\")) }\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	build := exec.Command("go", "build", "-o", "app", "-ldflags=-s -w", ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=mod", "CGO_ENABLED=0", "GOWORK=off")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	program, err := os.ReadFile(filepath.Join(dir, "app"))
	require.NoError(t, err)
	return program
}

func TestGoBinary(t *testing.T) {
	program := goProgram(t)
	p := read(t, layers(
		imagetest.LayerSpec{Files: []imagetest.FileSpec{{Path: "app", Data: program, Mode: 0o755}}},
		imagetest.LayerSpec{Files: []imagetest.FileSpec{{Path: "app", Data: program, Mode: 0o500}}},
		layer("usr/bin/other", "\x7fELF and no more than that"),
	))
	version := strings.Fields(strings.TrimPrefix(runtime.Version(), "go"))[0]
	require.Equal(t, map[string]int{"pkg:golang/stdlib@" + version: 0, "pkg:golang/golang.org/x/mod@v0.41.0": 0}, purls(p),
		"the main module has no version, and the layer that only changed the mode brought nothing")
	require.Equal(t, "app", p.Packages[0].Path)
	require.Empty(t, p.NotAnalysed)
}

func TestNpm(t *testing.T) {
	p := read(t, layers(layer(
		"app/node_modules/@scope/name/package.json", `{"name":"@scope/name","version":"1.0.0","author":[1]}`,
		"app/node_modules/a/package.json", `{"name":"a","version":"1.0.0-rc.1+b"}`,
		"app/node_modules/a/node_modules/b/package.json", `{"name":"b","version":"2.0.0"}`,
		"app/node_modules/a/dist/esm/package.json", `{"name":"stub","version":"0.0.0"}`,
		"app/node_modules/nameless/package.json", `{"version":"1.0.0"}`,
		"app/node_modules/odd/package.json", `{"name":"odd","version":1}`,
		"app/package.json", `{"name":"app","version":"1.0.0"}`,
		"app/node_modules/broken/package.json", `{`,
	)))
	require.Equal(t, map[string]int{"pkg:npm/%40scope/name@1.0.0": 0, "pkg:npm/a@1.0.0-rc.1%2Bb": 0, "pkg:npm/b@2.0.0": 0}, purls(p))
	require.Len(t, p.NotAnalysed, 1)
	require.Contains(t, p.NotAnalysed[0].Reason, "/app/node_modules/broken/package.json")
}

func TestPython(t *testing.T) {
	const site = "usr/local/lib/python3.12/site-packages/"
	p := read(t, layers(layer(
		site+"requests-2.31.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: requests\nVersion: 2.31.0\n\nlong text\n",
		site+"Jinja2-3.1.2.dist-info/METADATA", "Metadata-Version: 2.1\nName: Jinja2\nVersion: 3.1.2\n",
		site+"old.egg-info/PKG-INFO", "Metadata-Version: 1.0\nName: old\nVersion: 0.1\n",
		site+"requests-2.31.0.dist-info/RECORD", "x\n",
	)))
	require.Equal(t, map[string]int{"pkg:pypi/requests@2.31.0": 0, "pkg:pypi/jinja2@3.1.2": 0, "pkg:pypi/old@0.1": 0}, purls(p))
}
