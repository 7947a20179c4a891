package image

import (
	"archive/tar"
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// fuzzFold folds one layer twice: whatever it holds, the view must be sound.
func fuzzFold(t *testing.T, inv *Inventory) *Platform {
	p := &Platform{Layers: []*Layer{{Index: 0, Inventory: inv}, {Index: 1, Inventory: inv}}}
	p.fold()
	for _, pkg := range p.Packages {
		require.NotEmpty(t, pkg.PURL)
		require.Contains(t, []int{0, 1}, pkg.Layer)
	}
	for _, s := range p.Secrets {
		require.Less(t, s.DeletedIn, 2)
	}
	return p
}

func FuzzWalk(f *testing.F) {
	f.Add(tarOf(f, tar.Header{Name: "a"}, tar.Header{Name: "b", Typeflag: tar.TypeLink, Linkname: "a"}, tar.Header{Name: ".wh.c"}))
	f.Add(tarOf(f, tar.Header{Name: "x", Typeflag: tar.TypeSymlink, Linkname: "x/../x"}, tar.Header{Name: "x/y"}, tar.Header{Name: "../z"}))
	f.Add(tarOf(f, tar.Header{Name: "d", Typeflag: tar.TypeDir}, tar.Header{Name: "d/.wh..wh..opq"}, tar.Header{Name: "d"}, tar.Header{Name: "d/e"}))
	f.Add([]byte("no tar"))
	s := testScanner(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		inv, err := s.walk(context.Background(), bytes.NewReader(raw))
		if err == nil {
			fuzzFold(t, inv)
		}
	})
}

// FuzzFile gives the same bytes to every reader of files, under a name that it
// wants.
func FuzzFile(f *testing.F) {
	f.Add("Package: a\nStatus: install ok installed\nVersion: 1\n\nPackage: b\n")
	f.Add("P:a\nV:1\nF:usr\nR:x\n\n")
	f.Add("ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME='x\n")
	f.Add("root:$6$rounds=99$x:0:0::/:/bin/sh\nroot::0:0::/:/bin/sh\n")
	f.Add(`{"name":"x","version":"1"}`)
	f.Add("Name: x\nVersion: 1\n")
	f.Add("%NAME%\nx\n\n%VERSION%\n1-1\n\n%FILES%\nusr/x\n")
	f.Add("s.name = \"x\"\ns.version = \"1\"\n")
	f.Add(`{"runtimeTarget":{},"libraries":{"a/1":{"type":"package"}},"packages":[{"name":"a/b","version":"1"}]}`)
	f.Add("PK\x03\x04PK\x01\x02PK\x05\x06")
	f.Add("\x7fELF\x02\x01\x01")
	f.Add("password = \"" + random("x", "ABCdefGHIjkl0123456789", 30) + "\" -----BEGIN PRIVATE KEY----- ghp_")
	s := testScanner(f)
	names := []string{
		"var/lib/dpkg/status", "var/lib/dpkg/status.d/x", "var/lib/dpkg/status.d/x.md5sums", "var/lib/dpkg/info/x.list", "lib/apk/db/installed", "etc/os-release",
		"etc/passwd", "etc/shadow", "app/node_modules/x/package.json", "x.dist-info/METADATA", "app/file",
		"var/lib/rpm/Packages", chiselManifest, "var/lib/pacman/local/x-1-1/desc", "var/lib/pacman/local/x-1-1/files", "usr/specifications/x.gemspec", "app.deps.json",
		"vendor/composer/installed.json", "conda-meta/x.json", "x.jar", ".yarn/cache/x.zip", "x.whl", "x.egg",
	}
	f.Fuzz(func(t *testing.T, text string) {
		w := &walker{scanner: s, inv: &Inventory{Text: map[string]string{}, Owned: map[string][]string{}}}
		for _, name := range names {
			p := Path{Name: name, Mode: 0o644, Size: int64(len(text))}
			w.inv.Paths = append(w.inv.Paths, p)
			require.NoError(t, w.file(p, bytes.NewReader([]byte(text))))
		}
		for _, n := range w.inv.NotAnalysed {
			require.NotContains(t, n.Reason, "gave up", "%s: a parser panicked", n.Path)
		}
		fuzzFold(t, w.inv)
	})
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte(`{"created":"2026-01-02T03:04:05Z","config":{"User":"0","Env":["A=b"],"Labels":{"a":"b"}},"history":[{"created_by":"x"},{"empty_layer":true}]}`))
	f.Add([]byte(`{"config":null,"history":null}`))
	rules := testScanner(f).rules
	f.Fuzz(func(_ *testing.T, raw []byte) {
		p := &Platform{Layers: []*Layer{{Inventory: &Inventory{}}}}
		if p.readConfig(raw) == nil {
			p.alignHistory()
			p.stated(rules)
		}
	})
}
