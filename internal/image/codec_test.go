package image

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// fill sets every exported field below v to a value of its own.
func fill(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch x := v.Addr().Interface().(type) {
	case *source.NotAnalysed:
		*x = source.NotAnalysed{Path: fmt.Sprint("s", *n), Line: *n, Reason: fmt.Sprint("r", *n), Concern: source.ConcernImage}
		return
	case *time.Time:
		*x = time.Unix(int64(*n), int64(*n)).UTC()
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(fmt.Sprint("s", *n))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(-*n % 100))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n % 200))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(*n) / 2)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(t, v.Index(i), n)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 3 {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(t, key, n)
			fill(t, value, n)
			v.SetMapIndex(key, value)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get(skipTag) != "-" {
				fill(t, v.Field(i), n)
			}
		}
	default:
		t.Fatalf("%s: this test cannot fill it, so it does not know whether a cache keeps it", v.Type())
	}
}

// Whatever is added to an inventory must come back from a cache.
func TestCodecKeepsEveryField(t *testing.T) {
	want, n := &stored{}, 0
	fill(t, reflect.ValueOf(want).Elem(), &n)
	require.Greater(t, n, 80, "the inventory has more fields than were filled")
	frame, err := want.encode()
	require.NoError(t, err, "a field of the inventory is of a kind that a cache cannot keep")
	got, err := decode(frame)
	require.NoError(t, err)
	require.Equal(t, want, got)
	again, err := got.encode()
	require.NoError(t, err)
	require.Equal(t, frame, again, "the same inventory is the same bytes")

	// complaintCoder writes these by hand.
	var fields []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[source.NotAnalysed]()) {
		fields = append(fields, f.Name)
	}
	require.Equal(t, []string{"Path", "Line", "At", "Reason", "Concern"}, fields)
}

func TestCodecRefusesWhatItWouldLose(t *testing.T) {
	type inner struct{ hidden int }
	type loop struct{ Next *loop }
	for want, typ := range map[string]reflect.Type{
		"inner.hidden is not exported":     reflect.TypeFor[struct{ A []inner }](),
		"holds itself":                     reflect.TypeFor[loop](),
		"A: interface {} is of a kind":     reflect.TypeFor[struct{ A any }](),
		"func() is of a kind that a cache": reflect.TypeFor[func()](),
		"keys that are no text":            reflect.TypeFor[map[int]string](),
	} {
		_, err := newCoder(typ)
		require.ErrorContains(t, err, want)
	}
	_ = inner{}.hidden
}

func TestCodecEmptyIsNotNil(t *testing.T) {
	for _, inv := range []Inventory{{}, {Paths: []Path{}, Text: map[string]string{}, Owned: map[string][]string{"a": {}, "b": nil}}} {
		frame, err := (&stored{Inventory: inv}).encode()
		require.NoError(t, err)
		got, err := decode(frame)
		require.NoError(t, err)
		require.Equal(t, inv, got.Inventory)
	}
}

// frameOf packs raw bytes as decode expects them.
func frameOf(t testing.TB, raw []byte) []byte {
	t.Helper()
	z, err := zstdWriter()
	require.NoError(t, err)
	return z.EncodeAll(raw, nil)
}

func TestDecodeRefuses(t *testing.T) {
	inventory := func(change func(*Inventory)) []byte {
		s := &stored{Version: "v"}
		change(&s.Inventory)
		frame, err := s.encode()
		require.NoError(t, err)
		return frame
	}
	whole := inventory(func(inv *Inventory) { inv.Paths = []Path{{Name: "a"}} })
	var long encoder
	long.string("v")
	long.length(false, 1<<40)
	var wide encoder
	wide.string("v")
	wide.length(false, 1<<24+1)
	for name, c := range map[string]struct {
		frame []byte
		want  string
	}{
		"nothing":               {nil, "ends too early"},
		"no zstd":               {[]byte("no frame of zstd"), "magic number"},
		"half":                  {whole[:len(whole)/2], "EOF"},
		"too many bytes":        {frameOf(t, append(mustDecompress(t, whole), 0)), "1 bytes too many"},
		"one byte changed":      {flip(whole, len(whole)-1), "CRC check failed"},
		"a bomb":                {frameOf(t, make([]byte, MaxInventoryBytes+1)), "size"},
		"list of 2^40":          {frameOf(t, long.out), "ends too early"},
		"list that fills":       {frameOf(t, append(wide.out, make([]byte, 1<<24+1)...)), "limit of 268435456 bytes in memory"},
		"name that climbs":      {inventory(func(inv *Inventory) { inv.Paths = []Path{{Name: "../a"}} }), "no name of an entry"},
		"absolute name":         {inventory(func(inv *Inventory) { inv.Paths = []Path{{Name: "/a"}} }), "no name of an entry"},
		"no name":               {inventory(func(inv *Inventory) { inv.Paths = []Path{{}} }), "no name of an entry"},
		"hard link to nowhere":  {inventory(func(inv *Inventory) { inv.Paths = []Path{{Name: "a", Hard: true}} }), "no name of an entry"},
		"link of 5000 bytes":    {inventory(func(inv *Inventory) { inv.Paths = []Path{{Name: "a", Link: strings.Repeat("x", 5000)}} }), "target of a link"},
		"removal of the parent": {inventory(func(inv *Inventory) { inv.Whiteouts = []string{"../a"} }), "is removed"},
		"too many secrets":      {inventory(func(inv *Inventory) { inv.Secrets = make([]Secret, MaxSecrets+1) }), "more secrets"},
		"too many packages":     {inventory(func(inv *Inventory) { inv.Packages = make([]Package, MaxPackages+1) }), "limit of 200000 packages"},
		"too many removals":     {inventory(func(inv *Inventory) { inv.Opaques = make([]string, MaxEntries+1) }), "limit of 1000000 entries"},
		"too large":             {make([]byte, MaxStoredInventory+1), "over the limit"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := decode(c.frame)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

func mustDecompress(t *testing.T, frame []byte) []byte {
	t.Helper()
	z, err := zstdReader()
	require.NoError(t, err)
	defer z.Close()
	raw, err := z.DecodeAll(frame, nil)
	require.NoError(t, err)
	return raw
}

func TestUnpack(t *testing.T) {
	signature, frame, err := unpack(pack([]byte("sig"), []byte("frame")))
	require.NoError(t, err)
	require.Equal(t, "sig frame", string(signature)+" "+string(frame))
	for _, bad := range []string{"", "tidewaiter layer inventory 2\n\x00", "tidewaiter layer inventory 1\n", "tidewaiter layer inventory 1\n\x05abc", "tidewaiter layer inventory 1\n\xff\xff\xff\xff\x7f"} {
		_, _, err := unpack([]byte(bad))
		require.Error(t, err, "%q", bad)
	}
}

// FuzzDecode: whatever a cache holds, decoding ends, and what it yields folds.
func FuzzDecode(f *testing.F) {
	inv, err := testScanner(f).walk(context.Background(), bytes.NewReader(tarOf(f,
		tar.Header{Name: "a"}, tar.Header{Name: "b", Typeflag: tar.TypeLink, Linkname: "a"}, tar.Header{Name: ".wh.c"}, tar.Header{Name: "d/.wh..wh..opq"})))
	require.NoError(f, err)
	inv.Packages = []Package{{Name: "a", Version: "1", Type: "deb", PURL: "pkg:deb/a@1", Path: "var/lib/dpkg/status"}}
	inv.Text = map[string]string{"etc/passwd": "root:x:0:0::/:/bin/sh\n"}
	frame, err := (&stored{Version: "v", Blobs: []string{"b"}, Inventory: *inv}).encode()
	require.NoError(f, err)
	z, err := zstdReader()
	require.NoError(f, err)
	raw, err := z.DecodeAll(frame, nil)
	require.NoError(f, err)
	f.Add(raw)
	w, err := zstdWriter()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, raw []byte) {
		if s, err := decode(w.EncodeAll(raw, nil)); err == nil {
			p := &Platform{Layers: []*Layer{{Index: 0, Inventory: &s.Inventory}, {Index: 1, Inventory: &s.Inventory}}}
			p.fold()
		}
	})
}

// The text of every package below this one, and what they embed, is part of the
// version: what they find may change with any of it.
func TestVersionCoversTheReaders(t *testing.T) {
	require.Len(t, readerVersion(), 32)
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := sources.ReadFile(name)
		require.NoError(t, err, "%s is no part of the version: add its folder to the patterns of version.go", name)
		for line := range strings.Lines(string(text)) {
			if pattern, ok := strings.CutPrefix(line, "//go:embed "); ok && name != "version.go" {
				require.Failf(t, "an embedded file is no part of the version", "%s embeds %s: add it to the patterns of version.go", name, pattern)
			}
		}
		return nil
	})
	require.NoError(t, err)
}
