package imagetest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"sort"
	"strings"
	"time"
)

// modified is the time of every file: fixed, so that equal specs give equal bytes.
func modified() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }

// blob is stored content and its digest.
type blob struct {
	digest, mediaType string
	data              []byte
}

func newBlob(mediaType string, data []byte) blob {
	return blob{digest: digestOf(data), mediaType: mediaType, data: data}
}

func digestOf(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// build returns the layer as stored and the digest of its tar.
func (l LayerSpec) build() (stored blob, diffID string, err error) {
	raw, err := l.tar()
	if err != nil {
		return blob{}, "", err
	}
	switch l.Compression {
	case "", "gzip":
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write(raw); err != nil {
			return blob{}, "", err
		}
		if err := w.Close(); err != nil {
			return blob{}, "", err
		}
		return newBlob("application/vnd.oci.image.layer.v1.tar+gzip", b.Bytes()), digestOf(raw), nil
	case "none":
		return newBlob("application/vnd.oci.image.layer.v1.tar", raw), digestOf(raw), nil
	}
	return blob{}, "", fmt.Errorf("layer compression %q: write gzip or none", l.Compression)
}

func (l LayerSpec) tar() ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range l.entries() {
		if err := w.WriteHeader(f.header()); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Path, err)
		}
		if f.Link == "" && !f.Dir && !f.Whiteout && !f.Opaque {
			if _, err := w.Write(f.Data); err != nil {
				return nil, fmt.Errorf("%s: %w", f.Path, err)
			}
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (f FileSpec) header() *tar.Header {
	h := &tar.Header{
		Typeflag: tar.TypeReg, Name: f.Path, Mode: int64(f.Mode), Size: int64(len(f.Data)),
		ModTime: modified(), Uid: f.UID, Gid: f.GID, Format: tar.FormatPAX,
	}
	switch {
	case f.Whiteout:
		h.Name, h.Size = path.Join(path.Dir(f.Path), ".wh."+path.Base(f.Path)), 0
	case f.Opaque:
		h.Name, h.Size = path.Join(f.Path, ".wh..wh..opq"), 0
	case f.Dir:
		h.Typeflag, h.Name, h.Size = tar.TypeDir, f.Path+"/", 0
	case f.Hard:
		h.Typeflag, h.Linkname, h.Size = tar.TypeLink, f.Link, 0
	case f.Link != "":
		h.Typeflag, h.Linkname, h.Size, h.Mode = tar.TypeSymlink, f.Link, 0, 0o777
	}
	if h.Mode == 0 {
		h.Mode = 0o644
		if f.Dir {
			h.Mode = 0o755
		}
	}
	return h
}

func (l LayerSpec) entries() []FileSpec {
	if l.Bare {
		return l.Files
	}
	return withParents(l.Files)
}

// withParents adds the folders above each file, once, before the first file in
// them. The files keep their order where that matters: a hard link comes after
// its target.
func withParents(files []FileSpec) []FileSpec {
	seen := map[string]bool{".": true}
	for _, f := range files {
		if f.Dir || (f.Link != "" && !f.Hard) {
			seen[f.Path] = true
		}
	}
	ordered := append([]FileSpec(nil), files...)
	sort.SliceStable(ordered, func(i, j int) bool { return !ordered[i].Hard && ordered[j].Hard })
	var out []FileSpec
	for _, f := range ordered {
		inside := f.Path
		if f.Opaque {
			inside += "/"
		}
		for _, dir := range parents(inside) {
			if !seen[dir] {
				seen[dir] = true
				out = append(out, FileSpec{Path: dir, Dir: true})
			}
		}
		out = append(out, f)
	}
	return out
}

func parents(name string) []string {
	var out []string
	for i := range name {
		if name[i] == '/' && i > 0 && !strings.HasPrefix(name, "../") {
			out = append(out, name[:i])
		}
	}
	return out
}
