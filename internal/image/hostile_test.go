package image

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// entryOf writes one header and what of its body there is.
func entryOf(t *testing.T, h tar.Header, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	require.NoError(t, w.WriteHeader(&h))
	_, err := w.Write([]byte(body))
	require.NoError(t, err)
	return b.Bytes() // not closed: the body need not be whole
}

// allocated is how many bytes do allocates.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// An entry may claim any size; what it does not have is never held.
func TestEntryOfATebibyte(t *testing.T) {
	for name, head := range map[string]string{"data/blob": "data", "usr/bin/x": "\x7fELF\x02\x01\x01"} {
		s := testScanner(t)
		s.limits.unpacked = 64 << 20
		raw := entryOf(t, tar.Header{Name: name, Mode: 0o755, Size: 1 << 40}, head)
		var err error
		used := allocated(func() {
			_, err = s.stream(t.Context(), registry.Layer{
				Digest: "sha256:" + strings.Repeat("0", 64), DiffID: "sha256:" + strings.Repeat("1", 64),
				Open: func(context.Context) (io.ReadCloser, error) {
					return io.NopCloser(io.MultiReader(bytes.NewReader(raw), zeros{})), nil
				},
			})
		})
		require.ErrorContains(t, err, "its unpacked size is over the limit of 67108864 bytes")
		require.Less(t, used, uint64(32<<20))
	}
}

func TestSparseFiles(t *testing.T) {
	sparse := func(name string, size int) []byte {
		body := "1\n0\n" + fmt.Sprint(8) + "\n"
		body += strings.Repeat("\x00", 512-len(body)) + "\x7fELF\x02\x01\x01\x00"
		return pax(t, name, int64(len(body)), body, map[string]string{
			"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": name, "GNU.sparse.realsize": fmt.Sprint(size),
		})
	}
	s := testScanner(t)
	s.limits.sparse = 1 << 20
	raw := append(sparse("small", 4096), sparse("large", 1<<30)...)
	var inv *Inventory
	used := allocated(func() {
		var err error
		inv, err = s.walk(t.Context(), bytes.NewReader(append(raw, make([]byte, 1024)...)))
		require.NoError(t, err)
	})
	require.Equal(t, []string{"small", "large"}, names(inv))
	require.Len(t, inv.NotAnalysed, 1)
	require.Contains(t, inv.NotAnalysed[0].Reason, "sparse files of this layer are over the limit of 1048576 bytes")
	require.Less(t, used, uint64(16<<20))
}

// pax writes an entry behind an extended header of records, which the library
// refuses to write for sparse files.
func pax(t *testing.T, name string, size int64, body string, records map[string]string) []byte {
	t.Helper()
	var text string
	for k, v := range records {
		n := len(k) + len(v) + 3
		n += len(fmt.Sprint(n + 2))
		text += fmt.Sprintf("%d %s=%s\n", n, k, v)
	}
	block := entryOf(t, tar.Header{Name: "h", Typeflag: tar.TypeReg, Size: int64(len(text)), Format: tar.FormatUSTAR}, text)
	retype(block, tar.TypeXHeader)
	block = append(block, make([]byte, -len(block)&511)...)
	entry := entryOf(t, tar.Header{Name: name, Mode: 0o755, Typeflag: tar.TypeReg, Size: size, Format: tar.FormatUSTAR}, body)
	return append(append(block, entry...), make([]byte, -len(entry)&511)...)
}

// retype changes the kind of an entry and its checksum.
func retype(block []byte, flag byte) {
	block[156] = flag
	sum := 8 * int(' ')
	for i, c := range block[:512] {
		if i < 148 || i >= 156 {
			sum += int(c)
		}
	}
	copy(block[148:], fmt.Sprintf("%06o\x00 ", sum))
}

// A bomb of zstd meets the same limits as one of gzip.
func TestZstdBomb(t *testing.T) {
	s := testScanner(t)
	s.limits.ratioFree = 1 << 20
	z, err := zstdWriter()
	require.NoError(t, err)
	raw := append(tarOf(t, tar.Header{Name: "a"}), make([]byte, 256<<20)...)
	frame := z.EncodeAll(raw, nil)
	_, err = s.layer(t.Context(), registry.Layer{
		Digest: fmt.Sprintf("sha256:%x", sha256.Sum256(frame)), DiffID: "sha256:" + strings.Repeat("1", 64), Size: int64(len(frame)),
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(frame)), nil },
	})
	require.ErrorContains(t, err, "more than 1100 times its stored size, over the limit: it looks like a bomb")
}

// eStargz is gzip of one member for each file, with a list of them at its end.
// https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md
func TestEStargz(t *testing.T) {
	whole := tarOf(t, tar.Header{Name: ".prefetch.landmark"}, tar.Header{Name: "app/node_modules/a/package.json"}, tar.Header{Name: "stargz.index.json"})
	var packed bytes.Buffer
	for part := whole; len(part) > 0; {
		n := min(700, len(part))
		z := gzip.NewWriter(&packed)
		_, err := z.Write(part[:n])
		require.NoError(t, err)
		require.NoError(t, z.Close())
		part = part[n:]
	}
	inv, err := testScanner(t).layer(t.Context(), registry.Layer{
		Digest: fmt.Sprintf("sha256:%x", sha256.Sum256(packed.Bytes())), DiffID: fmt.Sprintf("sha256:%x", sha256.Sum256(whole)), Size: int64(packed.Len()),
		Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(&packed), nil },
	})
	require.NoError(t, err)
	require.Len(t, inv.Paths, 3)
}

// What is stored under the digest of its tar is hashed once, and must be it.
func TestLayerStoredAsItsTar(t *testing.T) {
	raw := tarOf(t, tar.Header{Name: "a"})
	serve := func(b []byte, digest string) registry.Layer {
		return registry.Layer{Digest: digest, DiffID: digest, Size: int64(len(b)), Open: func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
	}
	l := layerOf(t, raw)
	inv, err := testScanner(t).layer(t.Context(), serve(raw, l.DiffID))
	require.NoError(t, err)
	require.Len(t, inv.Paths, 1)
	_, err = testScanner(t).layer(t.Context(), serve(flip(raw, 600), l.DiffID))
	require.ErrorContains(t, err, "was changed or damaged")
	blob, err := l.Open(t.Context())
	require.NoError(t, err)
	packed, err := io.ReadAll(blob)
	require.NoError(t, err)
	_, err = testScanner(t).layer(t.Context(), serve(packed, l.Digest))
	require.ErrorContains(t, err, "no layer that a runtime could unpack", "packed, and said to be its own tar")
}

func TestImageOf200Layers(t *testing.T) {
	content := &registry.Content{Images: []registry.Image{{Config: []byte(`{}`)}}}
	for i := range 200 {
		content.Images[0].Layers = append(content.Images[0].Layers, layerOf(t, tarOf(t, tar.Header{Name: fmt.Sprintf("d/%d", i)}, tar.Header{Name: "same"})))
	}
	img, err := Read(t.Context(), content, Options{})
	require.NoError(t, err)
	require.Len(t, img.Platforms[0].Layers, 200)
	for i, l := range img.Platforms[0].Layers {
		require.Equal(t, fmt.Sprintf("d/%d", i), l.Inventory.Paths[0].Name)
	}
}
