package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// layer streams one layer: stored bytes are hashed, unpacked, hashed again and
// walked, all in one pass.
func (s *scanner) layer(ctx context.Context, l registry.Layer) (*Inventory, error) {
	inv, err := s.stream(ctx, l)
	if err != nil {
		name := l.Digest
		if name == "" {
			name = l.DiffID
		}
		return nil, fmt.Errorf("layer %s: %w", name, err)
	}
	return inv, nil
}

func (s *scanner) stream(ctx context.Context, l registry.Layer) (*Inventory, error) {
	if l.DiffID == "" {
		return nil, errors.New("the image configuration gives no diff ID for it; build the image again")
	}
	blob, err := l.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer blob.Close()

	stored := &meter{r: blob, sum: sha256.New(), max: s.limits.stored, what: "its stored size"}
	if l.Digest == "" { // stored as it is: hashing it once, as the tar, is enough
		stored.sum = nil
	}
	// Stored under the digest of its tar, a layer is that tar: hashing it once is
	// enough here too, and were it packed, it could not have that digest.
	sum := sha256.New()
	unpack := decompress
	if l.Digest == l.DiffID {
		sum, unpack = nil, plain
	}
	unpacked, err := unpack(stored, l.MediaType)
	if err != nil {
		return nil, err
	}
	defer unpacked.Close()
	tarball := &meter{r: unpacked, sum: sum, max: s.limits.unpacked, what: "its unpacked size"}
	tarball.packed, tarball.ratio, tarball.free = stored, s.limits.ratio, s.limits.ratioFree

	inv, walkErr := s.walk(ctx, tarball)
	if walkErr == nil {
		_, walkErr = io.Copy(io.Discard, tarball)
	}
	// A reader that stopped early tells of a broken blob better than the tar
	// reader does: a digest that does not match is the cause, the rest follows.
	if walkErr != nil && errors.As(walkErr, new(limitError)) || ctx.Err() != nil {
		return nil, errors.Join(walkErr, ctx.Err())
	}
	if err := drain(stored); err != nil {
		return nil, err
	}
	if err := stored.verify("", l.Digest, l.Size); err != nil {
		return nil, err
	}
	if walkErr != nil {
		return nil, fmt.Errorf("%w; it is no layer that a runtime could unpack, build and push it again", walkErr)
	}
	if tarball.sum != nil {
		if err := tarball.verify("unpacked ", l.DiffID, 0); err != nil {
			return nil, err
		}
	}
	inv.DiffID, inv.Bytes = l.DiffID, tarball.n
	return inv, nil
}

// drain reads what the decompressor left of the blob, for the digest.
func drain(m *meter) error {
	_, err := io.Copy(io.Discard, m)
	return err
}

// limitError is a limit that was hit.
type limitError struct{ msg string }

func (e limitError) Error() string { return e.msg }

// meter hashes and counts what is read through it, up to a limit.
type meter struct {
	r    io.Reader
	sum  hash.Hash
	n    int64
	max  int64
	what string
	// packed is the meter below the decompressor; once over free bytes, no more
	// than ratio times what came through it may come out.
	packed      *meter
	ratio, free int64
}

func (m *meter) Read(b []byte) (int, error) {
	n, err := m.r.Read(b)
	m.n += int64(n)
	if m.sum != nil {
		m.sum.Write(b[:n])
	}
	if m.n > m.max {
		return n, limitError{fmt.Sprintf("%s is over the limit of %d bytes", m.what, m.max)}
	}
	if m.packed != nil && m.n > m.free && m.n/m.ratio > m.packed.n {
		return n, limitError{fmt.Sprintf("unpacks to more than %d times its stored size, over the limit: it looks like a bomb", m.ratio)}
	}
	return n, err
}

// verify compares what was read with what the manifest or configuration says.
func (m *meter) verify(what, digest string, size int64) error {
	if digest == "" {
		return nil
	}
	if size > 0 && m.n != size {
		return fmt.Errorf("%d bytes came where the manifest says %d: the blob is truncated or changed; push the image again", m.n, size)
	}
	if got := "sha256:" + hex.EncodeToString(m.sum.Sum(nil)); got != digest {
		return fmt.Errorf("its %scontent has digest %s where %s is stated: it was changed or damaged; push the image again", what, got, digest)
	}
	return nil
}
