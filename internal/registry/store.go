package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// store is a place that holds content: a registry's repository, a layout, an
// archive. What it returns is not trusted: callers verify digests.
type store interface {
	// root returns what the reference names, with its bytes.
	root(ctx context.Context) (v1.Descriptor, []byte, error)
	// manifest returns the manifest or index d, at most MaxManifestBytes.
	manifest(ctx context.Context, d v1.Descriptor) ([]byte, error)
	// blob streams the blob d as stored.
	blob(ctx context.Context, d v1.Descriptor) (io.ReadCloser, error)
	// repo is "registry/repository", "" outside a registry.
	repo() string
	// rebuilt is true where the store keeps no manifest and root is one that
	// names the uncompressed layers.
	rebuilt() bool
	close() error
}

// digestOf returns "sha256:…" of b.
func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// readManifest reads and verifies the manifest d.
func readManifest(ctx context.Context, s store, ref string, d v1.Descriptor) ([]byte, error) {
	if d.Size > MaxManifestBytes {
		return nil, tooLarge(ref+" "+d.Digest.String(), "manifest", MaxManifestBytes)
	}
	raw, err := s.manifest(ctx, d)
	if err != nil {
		return nil, err
	}
	return raw, verify(ref, d, raw)
}

// readConfig reads and verifies the image configuration d.
func readConfig(ctx context.Context, s store, ref string, d v1.Descriptor) ([]byte, error) {
	if d.Size > MaxConfigBytes {
		return nil, tooLarge(ref+" "+d.Digest.String(), "image configuration", MaxConfigBytes)
	}
	rc, err := s.blob(ctx, d)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	raw, err := readLimited(rc, MaxConfigBytes, ref+" "+d.Digest.String(), "image configuration")
	if err != nil {
		return nil, err
	}
	return raw, verify(ref, d, raw)
}

// verify compares raw with the digest and size of its descriptor.
func verify(ref string, d v1.Descriptor, raw []byte) error {
	if d.Size != 0 && int64(len(raw)) != d.Size {
		reason := BadDigest
		if int64(len(raw)) < d.Size {
			reason = Truncated
		}
		return failure(ref, reason, damagedHint, "%s has %d bytes where %d were announced", d.Digest, len(raw), d.Size)
	}
	if got := digestOf(raw); got != d.Digest.String() {
		return failure(ref, BadDigest, damagedHint, "the content of %s has the digest %s", d.Digest, got)
	}
	return nil
}

const damagedHint = "the stored content is damaged or was tampered with: build and push the image anew"

func tooLarge(ref, what string, limit int) *Error {
	return failure(ref, TooLarge, "", "the %s is larger than the limit of %d bytes", what, limit)
}

// readLimited reads all of r, which may hold at most limit bytes.
func readLimited(r io.Reader, limit int, ref, what string) ([]byte, error) {
	var buf bytes.Buffer
	n, err := buf.ReadFrom(io.LimitReader(r, int64(limit)+1))
	if err != nil {
		return nil, classify(ref, fmt.Errorf("read the %s: %w", what, err))
	}
	if n > int64(limit) {
		return nil, tooLarge(ref, what, limit)
	}
	return buf.Bytes(), nil
}

// exactly fails a read that ends before, or goes on after, size bytes, so that
// a truncated blob is named as such wherever it is consumed.
type exactly struct {
	io.ReadCloser
	ref        string
	size, seen int64
}

func (e *exactly) Read(p []byte) (int, error) {
	n, err := e.ReadCloser.Read(p)
	e.seen += int64(n)
	switch {
	case e.size > 0 && e.seen > e.size:
		return n, failure(e.ref, BadDigest, damagedHint, "longer than the %d bytes its manifest announces", e.size)
	case err == io.EOF && e.size > 0 && e.seen < e.size:
		return n, failure(e.ref, Truncated, damagedHint, "ends after %d of %d bytes", e.seen, e.size)
	case err != nil && err != io.EOF:
		return n, classify(e.ref, err)
	}
	return n, err
}

// digested is a blob that is read to be sent on: its end is an error unless the
// whole has the digest it was judged by, so that a layout changed in between
// cannot be pushed.
type digested struct {
	exactly
	want string
	sum  hash.Hash
}

func (d *digested) Read(p []byte) (int, error) {
	n, err := d.exactly.Read(p)
	d.sum.Write(p[:n])
	if errors.Is(err, io.EOF) || (err == nil && d.seen == d.size) {
		if got := "sha256:" + hex.EncodeToString(d.sum.Sum(nil)); got != d.want {
			return 0, failure(d.ref, BadDigest, damagedHint, "its content now has the digest %s", got)
		}
	}
	return n, err
}
