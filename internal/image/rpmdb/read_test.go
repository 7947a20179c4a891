package rpmdb

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fixture returns a real database out of the sources of a library that this
// module depends on.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/google/osv-scalibr").Output()
	require.NoError(t, err)
	data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "extractor/filesystem/os/rpm/testdata", name))
	require.NoError(t, err)
	return data
}

// tiny is the database of one package that rpmbuild and rpm --root made, with an
// epoch, a module and three files.
func tiny(t testing.TB) []byte {
	t.Helper()
	f, err := os.Open("testdata/tiny.sqlite.gz")
	require.NoError(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	data, err := io.ReadAll(z)
	require.NoError(t, err)
	return data
}

func TestReadTiny(t *testing.T) {
	got, err := Read(tiny(t))
	require.NoError(t, err)
	require.Equal(t, []Package{{
		Name: "tiny", Version: "1.0", Release: "3", Arch: "noarch", Epoch: 2, SourceRPM: "tiny-1.0-3.src.rpm", Licence: "MIT", Module: "tiny:1:20260101:abc",
		Files: []string{"usr/lib/tiny", "usr/lib/tiny/a", "usr/lib/tiny/b"},
	}}, got)
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		packages int
		one      Package
	}{
		"rpmdb.sqlite": {141, Package{Name: "libgcc", Version: "11.3.1", Release: "4.3.el9", Arch: "x86_64", SourceRPM: "gcc-11.3.1-4.3.el9.src.rpm", Licence: "GPLv3+ and GPLv3+ with exceptions and GPLv2+ with exceptions and LGPLv2+ and BSD", Files: []string{
			"lib64/libgcc_s-11-20221121.so.1", "lib64/libgcc_s.so.1", "usr/lib/.build-id", "usr/lib/.build-id/cd/4d8e676291a6ccbd67eb2210bbd5580a301ec1",
		}}},
		"Packages.db": {132, Package{Name: "file-magic", Version: "5.32", Release: "7.14.1", Arch: "noarch", SourceRPM: "file-5.32-7.14.1.src.rpm", Licence: "BSD-2-Clause", Files: []string{
			"etc/magic", "usr/share/man/man5/magic.5.gz", "usr/share/misc/magic", "usr/share/misc/magic.mgc",
		}}},
		"Packages": {148, Package{Name: "bash", Version: "4.2.46", Release: "34.el7", Arch: "x86_64", SourceRPM: "bash-4.2.46-34.el7.src.rpm", Licence: "GPLv3+", Files: []string{
			"etc/skel/.bash_logout", "etc/skel/.bash_profile", "etc/skel/.bashrc", "usr/bin/alias",
		}}},
		"Packages_epoch": {1, Package{Name: "hello", Version: "0.0.1", Release: "rls", Arch: "x86_64", Epoch: 1, SourceRPM: "hello-0.0.1-rls.src.rpm", Licence: "GPL", Files: []string{"usr/bin/hello.sh"}}},
	} {
		t.Run(name, func(t *testing.T) {
			data := fixture(t, name)
			require.True(t, Is(data[:512]))
			got, err := Read(data)
			require.NoError(t, err)
			require.Len(t, got, c.packages)
			for _, p := range got {
				require.NotEqual(t, "gpg-pubkey", p.Name)
				if p.Name == c.one.Name {
					p.Files = p.Files[:min(4, len(p.Files))]
					require.Equal(t, c.one, p)
					return
				}
			}
			require.Fail(t, "not found", c.one.Name)
		})
	}
}

func TestReadOther(t *testing.T) {
	for _, text := range []string{"", "x", "SQLite format 3\x00", "RpmP", strings.Repeat("\x00", 4096)} {
		_, err := Read([]byte(text))
		require.Error(t, err, "%q", text)
	}
	db := fixture(t, "rpmdb.sqlite")
	_, err := Read(bytes.Replace(db, []byte("Packages"), []byte("packages"), -1))
	require.ErrorContains(t, err, "no table Packages")
}

// A database that breaks off, or has a bad byte in any place, ends with an error or
// an answer, and in no endless loop.
func TestReadDamaged(t *testing.T) {
	for name, data := range map[string][]byte{"SQLite": tiny(t), "NDB": fixture(t, "Packages.db"), "Berkeley DB": fixture(t, "Packages_epoch")} {
		whole, err := Read(data)
		require.NoError(t, err)
		cut, err := Read(data[:len(data)/2])
		require.Error(t, err, name)
		require.LessOrEqual(t, len(cut), len(whole), name)
		for i := range 60 {
			at := (i * 7919) % len(data)
			if i < 30 { // most of them in the first pages, which lead to the others
				at = i * 5
			}
			data[at] ^= 0xff
			got, _ := Read(data)
			data[at] ^= 0xff
			require.LessOrEqual(t, len(got), 2*len(whole)+2, "%s: byte %d", name, at)
		}
	}
}

// One damaged package hides no other.
func TestReadDamagedPackage(t *testing.T) {
	data := fixture(t, "Packages.db")
	at := bytes.Index(data, []byte(ndbBlobMagic)) + ndbBlobHead
	binary.BigEndian.PutUint32(data[at:], MaxEntries+1)
	got, err := Read(data)
	require.ErrorContains(t, err, "65537 entries, over the limit of 65536")
	require.Len(t, got, 131)
}

func TestReadLoops(t *testing.T) {
	data := tiny(t)
	size := int(binary.BigEndian.Uint16(data[16:]))
	for at := size; at < len(data); at += size { // every page leads to itself
		data[at] = sqliteInterior
		binary.BigEndian.PutUint32(data[at+8:], uint32(at/size+1))
	}
	_, err := Read(data)
	require.ErrorIs(t, err, errDamaged)
	data = fixture(t, "Packages_epoch")
	for at := 4096; at < len(data); at += 4096 {
		if data[at+25] == bdbTypeOverflow {
			binary.LittleEndian.PutUint32(data[at+16:], uint32(at/4096))
		}
	}
	_, err = Read(data)
	require.NoError(t, err, "a value ends where its size says, whatever its links do")
}

func TestHeaderBounds(t *testing.T) {
	header := func(entries ...uint32) []byte {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(entries)/4))
		b = binary.BigEndian.AppendUint32(b, 8)
		for _, e := range entries {
			b = binary.BigEndian.AppendUint32(b, e)
		}
		return append(b, "a\x00\x00\x00\x00\x01bc"...)
	}
	name, version := []uint32{tagName, typeString, 0, 1}, []uint32{tagVersion, typeString, 0, 1}
	ok := append(append([]uint32{}, name...), version...)
	p, err := parseHeader(header(ok...))
	require.NoError(t, err)
	require.Equal(t, "a", p.Name)
	for what, more := range map[string][]uint32{
		"outside":        {tagRelease, typeString, 9, 1},
		"no end":         {tagRelease, typeString, 6, 1},
		"wrong type":     {tagRelease, typeInt32, 0, 1},
		"many numbers":   {tagEpoch, typeInt32, 2, 0xffffffff},
		"many names":     {tagDirNames, typeStringArray, 0, 0xffffffff},
		"more names":     {tagDirNames, typeStringArray, 0, 7},
		"files nowhere":  {tagBaseNames, typeStringArray, 0, 1},
		"folder indexes": {tagDirIndexes, typeInt32, 2, 1},
	} {
		_, err := parseHeader(header(append(append([]uint32{}, ok...), more...)...))
		require.Error(t, err, what)
	}
	_, err = parseHeader(header(name...))
	require.ErrorContains(t, err, "no version")
}

func FuzzRead(f *testing.F) {
	f.Add(tiny(f)[:64<<10])
	f.Add(fixture(f, "Packages_epoch"))
	f.Add(fixture(f, "Packages.db")[:16<<10])
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Read(data)
		if err == nil {
			for _, p := range got {
				require.NotEmpty(t, p.Name)
			}
		}
	})
}
