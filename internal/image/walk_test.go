package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// tarOf writes headers as they stand; a regular file's content is its name.
func tarOf(t testing.TB, headers ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		if h.Typeflag == 0 {
			h.Typeflag = tar.TypeReg
		}
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(h.Name))
		}
		require.NoError(t, w.WriteHeader(&h))
		if h.Typeflag == tar.TypeReg {
			_, err := w.Write([]byte(h.Name))
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

func testScanner(t testing.TB) *scanner {
	t.Helper()
	s, err := newScanner(Options{})
	require.NoError(t, err)
	return s
}

func names(inv *Inventory) []string {
	var out []string
	for _, p := range inv.Paths {
		out = append(out, p.Name)
	}
	return out
}

func TestWalkNames(t *testing.T) {
	inv, err := testScanner(t).walk(context.Background(), bytes.NewReader(tarOf(t,
		tar.Header{Name: "./", Typeflag: tar.TypeDir}, tar.Header{Name: "./a"}, tar.Header{Name: "/etc/b"},
		tar.Header{Name: "c/../d"}, tar.Header{Name: "//e//f"},
		tar.Header{Name: "../../etc/passwd"}, tar.Header{Name: "/../x"}, tar.Header{Name: "a/../../y"},
		tar.Header{Name: strings.Repeat("n", MaxPathBytes+1), Format: tar.FormatPAX},
		tar.Header{Name: strings.Repeat("d/", MaxPathDepth+1) + "x", Format: tar.FormatPAX},
		tar.Header{Name: "hard", Typeflag: tar.TypeLink, Linkname: "../../../etc/shadow"},
		tar.Header{Name: "soft", Typeflag: tar.TypeSymlink, Linkname: "../../../etc/shadow"},
		tar.Header{Name: "long", Typeflag: tar.TypeSymlink, Linkname: strings.Repeat("n", MaxPathBytes+1), Format: tar.FormatPAX},
		tar.Header{Name: "dev", Typeflag: tar.TypeChar}, tar.Header{Name: "pipe", Typeflag: tar.TypeFifo},
	)))
	require.NoError(t, err)
	require.Equal(t, []string{"a", "etc/b", "d", "e/f", "soft", "dev", "pipe"}, names(inv))
	require.True(t, inv.Paths[5].Special)
	var reasons []string
	for _, n := range inv.NotAnalysed {
		reasons = append(reasons, n.Reason)
	}
	climbs := "the entry climbs out of the image and no runtime unpacks it there; build the layer again"
	require.Equal(t, []string{
		climbs, climbs, climbs, "the name is over the limit of 4096 bytes", "the name is over the limit of 512 folders",
		"a hard link to a place outside the image; no runtime unpacks it", "the target of the link is over the limit of 4096 bytes",
	}, reasons)
}

func TestWalkWhiteouts(t *testing.T) {
	inv, err := testScanner(t).walk(context.Background(), bytes.NewReader(tarOf(t,
		tar.Header{Name: ".wh.a"}, tar.Header{Name: "x/.wh.b"}, tar.Header{Name: "x/.wh..wh..opq"}, tar.Header{Name: ".wh..wh..opq"},
		tar.Header{Name: "x/.wh..wh.plnk", Typeflag: tar.TypeDir}, tar.Header{Name: "x/.wh."}, tar.Header{Name: "x/.wh.."}, tar.Header{Name: "x/.wh..."},
	)))
	require.NoError(t, err)
	require.Empty(t, inv.Paths)
	require.Equal(t, []string{"x", ""}, inv.Opaques)
	require.Equal(t, []string{"a", "x/b"}, inv.Whiteouts)
	require.Len(t, inv.NotAnalysed, 3, "nothing, . and .. cannot be removed")
}

func TestWalkCountsComplaints(t *testing.T) {
	var headers []tar.Header
	for range MaxNotAnalysed + 50 {
		headers = append(headers, tar.Header{Name: "../x"})
	}
	inv, err := testScanner(t).walk(context.Background(), bytes.NewReader(tarOf(t, headers...)))
	require.NoError(t, err)
	require.Len(t, inv.NotAnalysed, MaxNotAnalysed+1)
	require.Contains(t, inv.NotAnalysed[MaxNotAnalysed].Reason, "more than 200 entries")
}

func TestWalkSurvivesPanics(t *testing.T) {
	s := &scanner{limits: defaultLimits(), extractors: []extractor{{
		what: "thing", limit: 100,
		wants: func(Path, []byte) bool { return true },
		run:   func(*Inventory, Path, []byte) error { panic("index out of range") },
	}}}
	inv, err := s.walk(context.Background(), bytes.NewReader(tarOf(t, tar.Header{Name: "a"}, tar.Header{Name: "b"})))
	require.NoError(t, err)
	require.Len(t, inv.NotAnalysed, 2)
	require.Equal(t, "thing cannot be read: its parser gave up: index out of range", inv.NotAnalysed[0].Reason)
}

func TestWalkNotesFilesOverTheLimit(t *testing.T) {
	s := testScanner(t)
	s.extractors = append(s.extractors, extractor{
		what: "thing", limit: 3, wants: func(Path, []byte) bool { return true },
		run: func(inv *Inventory, p Path, data []byte) error { inv.Text[p.Name] = string(data); return nil },
	})
	inv, err := s.walk(context.Background(), bytes.NewReader(tarOf(t, tar.Header{Name: "abc"}, tar.Header{Name: "abcd"}, tar.Header{Name: "var/lib/rpm/rpmdb.sqlite"})))
	require.NoError(t, err)
	require.Equal(t, map[string]string{"abc": "abc"}, inv.Text)
	require.Equal(t, "thing of 4 bytes is over the limit of 3", inv.NotAnalysed[0].Reason)
	require.Contains(t, inv.NotAnalysed[2].Reason, "it is no database of rpm")
}

// The packages of a database are counted before a parser makes objects of them.
func TestWalkCountsPackagesFirst(t *testing.T) {
	for name, record := range map[string]string{"var/lib/dpkg/status": "Package: a\n\n", "lib/apk/db/installed": "P:a\n\n"} {
		s := testScanner(t)
		for i := range s.extractors {
			s.extractors[i].run = func(*Inventory, Path, []byte) error { t.Fatal("parsed"); return nil }
		}
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		data := []byte(strings.Repeat(record, MaxPackages+2))
		require.NoError(t, w.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o644}))
		_, err := w.Write(data)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		_, err = s.walk(t.Context(), &b)
		require.ErrorContains(t, err, "more than the limit of 200000 packages")
	}
}

// layerOf serves a tar as a gzip layer.
func layerOf(t *testing.T, raw []byte) registry.Layer {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(raw)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return registry.Layer{
		DiffID: fmt.Sprintf("sha256:%x", sha256.Sum256(raw)), Size: int64(b.Len()),
		Digest: fmt.Sprintf("sha256:%x", sha256.Sum256(b.Bytes())),
		Open:   func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil },
	}
}

func TestLayerLimits(t *testing.T) {
	raw := tarOf(t, tar.Header{Name: "a"}, tar.Header{Name: "b"}, tar.Header{Name: "c"})
	bomb := append(raw, make([]byte, 1<<20)...)
	for name, c := range map[string]struct {
		lower func(*limits)
		want  string
	}{
		"none":     {func(*limits) {}, ""},
		"stored":   {func(l *limits) { l.stored = 10 }, "its stored size is over the limit of 10 bytes"},
		"unpacked": {func(l *limits) { l.unpacked = 1 << 20 }, "its unpacked size is over the limit of 1048576 bytes"},
		"ratio":    {func(l *limits) { l.ratio, l.ratioFree = 100, 1<<18 }, "more than 100 times its stored size"},
		"kept":     {func(l *limits) { l.kept = 2 }, "names and texts of this image are over the limit of 2 bytes"},
		"entries":  {func(l *limits) { l.entries = 2 }, "more than the limit of 2 entries"},
	} {
		t.Run(name, func(t *testing.T) {
			s := testScanner(t)
			c.lower(&s.limits)
			l := layerOf(t, bomb)
			inv, err := s.layer(context.Background(), l)
			if c.want == "" {
				require.NoError(t, err)
				require.EqualValues(t, len(bomb), inv.Bytes)
				require.Equal(t, 3, inv.Entries)
				return
			}
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, l.Digest)
		})
	}
}

// A PAX record may claim any length; the tar reader must refuse before it is
// held in memory.
func TestWalkHugePAXRecord(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "a", Typeflag: tar.TypeReg, Size: 4 << 30, Format: tar.FormatUSTAR}))
	block := b.Bytes()[:512]
	block[156] = tar.TypeXHeader
	sum := 8 * int(' ') // the checksum's own field counts as spaces
	for i, c := range block {
		if i < 148 || i >= 156 {
			sum += int(c)
		}
	}
	copy(block[148:], fmt.Sprintf("%06o\x00 ", sum))
	_, err := testScanner(t).walk(context.Background(), io.MultiReader(bytes.NewReader(block), zeros{}))
	require.ErrorIs(t, err, tar.ErrFieldTooLong)
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}
