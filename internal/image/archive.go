package image

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/tidewaiter/tidewaiter/internal/image/jar"
	"github.com/tidewaiter/tidewaiter/internal/secret"
)

// archives searches the texts inside of archives for secrets: zip and its kin,
// tar, and what is compressed by gzip, bzip2 or zstd, in each other as well. What
// the distribution's packages bring is left out: manual pages, for the most part.
func archives(rules *secret.Searcher) extractor {
	read := func(inv *Inventory, p Path, r io.Reader, data []byte) error {
		u := &unpacker{rules: rules, inv: inv, p: p}
		u.open("", r, data, 1)
		return u.limit
	}
	return extractor{
		what: "archive", limit: MaxBinaryBytes,
		wants: func(p Path, head []byte) bool {
			kind := archiveKind(head)
			return kind != "" && !distributed(p.Name) && !secret.Test(p.Name)
		},
		run: func(inv *Inventory, p Path, data []byte) error { return read(inv, p, bytes.NewReader(data), data) },
		stream: func(inv *Inventory, p Path, r io.Reader) error {
			b := bufio.NewReader(r)
			if head, err := b.Peek(4); err == nil && archiveKind(head) == "zip" {
				return fmt.Errorf("its %d bytes are over the limit of %d, so it is not searched for secrets", p.Size, MaxBinaryBytes)
			}
			return read(inv, p, b, nil)
		},
	}
}

// distributed reports whether a file lies where packages of the distribution put
// theirs.
func distributed(name string) bool {
	return strings.HasPrefix(name, "usr/share/") || strings.HasPrefix(name, "usr/lib/") || strings.HasPrefix(name, "lib/") || strings.HasPrefix(name, "var/cache/")
}

// archiveKind tells archives by their first bytes, "" for anything else.
func archiveKind(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "zip"
	case bytes.HasPrefix(head, []byte("\x1f\x8b\x08")):
		return "gzip"
	case bytes.HasPrefix(head, []byte("BZh")) && len(head) > 10 && string(head[4:10]) == "1AY&SY":
		return "bzip2"
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return "zstd"
	case len(head) > 262 && string(head[257:262]) == "ustar":
		return "tar"
	}
	return ""
}

// unpacker reads one file of a layer and what is in it. Nothing is written
// anywhere. A part that is no sound archive is passed over: it is none.
type unpacker struct {
	rules *secret.Searcher
	inv   *Inventory
	p     Path
	files int
	buf   []byte
	limit error // the first limit that was hit
}

func (u *unpacker) stop(format string, args ...any) {
	if u.limit == nil {
		u.limit = fmt.Errorf(format+"; what follows in it is not searched for secrets", args...)
	}
}

// open reads an archive; data is all of it where it is at hand.
func (u *unpacker) open(inside string, r io.Reader, data []byte, depth int) {
	b := bufio.NewReader(r)
	head, _ := b.Peek(peekBytes) // shorter files have less
	switch kind := archiveKind(head); {
	case kind == "zip" && data != nil:
		u.zip(inside, data, depth)
	case kind == "tar":
		u.tar(inside, b, depth)
	case kind == "gzip":
		if z, err := gzip.NewReader(b); err == nil {
			u.inner(inside, z, depth)
		}
	case kind == "bzip2":
		u.inner(inside, bzip2.NewReader(b), depth)
	case kind == "zstd":
		if z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(MaxZstdMemory)); err == nil {
			u.inner(inside, z, depth)
			z.Close()
		}
	}
}

// inner reads what a compressed file holds: one tar or one text.
func (u *unpacker) inner(inside string, r io.Reader, depth int) {
	b := bufio.NewReader(&spender{r: r, u: u})
	if head, _ := b.Peek(peekBytes); archiveKind(head) == "tar" { // shorter files have less
		u.tar(inside, b, depth)
		return
	}
	u.member(inside, b, depth)
}

func (u *unpacker) zip(inside string, data []byte, depth int) {
	z, err := jar.Open(data)
	if err != nil {
		return
	}
	for _, f := range z.File {
		if u.limit != nil {
			return
		}
		if f.FileInfo().IsDir() || f.UncompressedSize64 < 8 || !searched(f.Name) || secret.Test(f.Name) {
			continue
		}
		u.zipped(inside, f, depth)
	}
}

func (u *unpacker) zipped(inside string, f *zip.File, depth int) {
	r, err := f.Open()
	if err != nil {
		return
	}
	defer r.Close()
	u.member(within(inside, f.Name), bufio.NewReader(&spender{r: r, u: u}), depth)
}

func (u *unpacker) tar(inside string, r io.Reader, depth int) {
	t := tar.NewReader(&spender{r: r, u: u})
	for u.limit == nil {
		h, err := t.Next()
		if err != nil {
			return
		}
		if h.Typeflag == tar.TypeReg && h.Size >= 8 && searched(h.Name) && !secret.Test(h.Name) {
			u.member(within(inside, h.Name), bufio.NewReader(t), depth)
		}
	}
}

func within(inside, name string) string {
	if inside == "" {
		return name
	}
	return inside + "!/" + name
}

// member reads one file of an archive.
func (u *unpacker) member(inside string, b *bufio.Reader, depth int) {
	if u.files++; u.files > MaxArchiveFiles {
		u.stop("more than the limit of %d files inside of it", MaxArchiveFiles)
		return
	}
	head, _ := b.Peek(peekBytes) // shorter files have less
	kind := archiveKind(head)
	_, text := secret.Text(head[:len(head)&^1])
	switch {
	case kind != "" && depth == MaxArchiveDepth:
		u.stop("%s is nested deeper than the limit of %d archives", inside, MaxArchiveDepth)
	case kind == "zip":
		data, err := io.ReadAll(io.LimitReader(b, MaxNestedBytes+1))
		if len(data) > MaxNestedBytes {
			u.stop("%s inside of it is over the limit of %d bytes", inside, MaxNestedBytes)
		} else if err == nil {
			u.zip(inside, data, depth+1)
		}
	case kind != "":
		u.open(inside, b, nil, depth+1)
	case text && !isExecutable(head):
		u.text(inside, b)
	}
}

// text searches one text.
func (u *unpacker) text(inside string, r io.Reader) {
	name := u.p.Name
	if inside != "" {
		name = inside[strings.LastIndex(inside, "!/")+1:]
	}
	if u.buf == nil {
		u.buf = make([]byte, MaxSecretBytes)
	}
	var found []secret.Found
	var tried int64
	n, err := io.ReadFull(r, u.buf)
	switch data, ok := secret.Text(u.buf[:n]); {
	case err == nil: // there is more
		found, tried, _ = u.rules.Stream(strings.TrimPrefix(name, "/"), io.MultiReader(bytes.NewReader(u.buf), r), u.least(), MaxTriedBytes-u.inv.tried)
	case ok && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)):
		found, tried = u.rules.Search(strings.TrimPrefix(name, "/"), data, u.least(), MaxTriedBytes-u.inv.tried)
	}
	if err := u.inv.addSecrets(u.p.Name, inside, found, tried); err != nil && u.limit == nil {
		u.limit = err
	}
}

// least says how sure a find must be. Libraries are archives, too: what is told by
// a name alone counts in no Java archive.
func (u *unpacker) least() secret.Certainty {
	if jar.Is(u.p.Name, []byte("PK\x03\x04")) && !strings.HasSuffix(u.p.Name, ".war") && !strings.HasPrefix(u.p.Name, "app/") {
		return secret.Named
	}
	return leastCertain(u.p.Name)
}

// spender counts what is unpacked in one layer.
type spender struct {
	r io.Reader
	u *unpacker
}

var errSpent = errors.New("spent")

func (s *spender) Read(b []byte) (int, error) {
	if s.u.limit != nil {
		return 0, errSpent
	}
	n, err := s.r.Read(b)
	if s.u.inv.unpacked += int64(n); s.u.inv.unpacked > MaxArchiveBytes {
		s.u.stop("archives of this layer unpack to more than the limit of %d bytes", MaxArchiveBytes)
		return n, errSpent
	}
	return n, err
}
