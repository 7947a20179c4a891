package registry

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/sync/errgroup"
)

// compressed stores the layers of a docker archive, gzipped, and its
// configuration as it is, and returns the manifest that names them.
func (p *pusher) compressed(ctx context.Context) (raw []byte, mediaType string, err error) {
	var m v1.Manifest
	if err := json.Unmarshal(p.from.Resolved.Raw, &m); err != nil {
		return nil, "", err
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(uploads)
	layers := make([]v1.Descriptor, len(m.Layers))
	for i, d := range m.Layers {
		g.Go(func() error {
			var err error
			layers[i], err = p.compressedLayer(gctx, d)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, "", err
	}
	if err := p.blobs(ctx, []v1.Descriptor{m.Config}); err != nil {
		return nil, "", err
	}
	m.Layers = layers
	raw, err = json.Marshal(m)
	return raw, string(m.MediaType), err
}

// compressedLayer gzips a layer to a temporary file, because a registry wants
// to know its digest and may have to be sent it twice, and stores it. What is
// compressed must have the diff ID that was judged.
func (p *pusher) compressedLayer(ctx context.Context, d v1.Descriptor) (v1.Descriptor, error) {
	at := p.from.Ref + " layer " + d.Digest.String()
	in, err := p.from.store.blob(ctx, d)
	if err != nil {
		return d, err
	}
	defer in.Close()
	f, err := os.CreateTemp(p.client.opts.TempDir, "layer-*.tar.gz")
	if err != nil {
		return d, failure(at, Failed, "make room for the layer or name another folder (TMPDIR)", "temporary file: %v", err)
	}
	defer f.Close()
	_ = os.Remove(f.Name()) // gone with the process, whatever happens

	out := &hashed{w: f, sum: sha256.New()}
	diffID, err := gzipped(in, out)
	if err != nil {
		return d, fmt.Errorf("%s: %w", at, err)
	}
	if diffID != d.Digest.String() {
		return d, failure(at, BadDigest, damagedHint, "its content has the diff ID %s", diffID)
	}
	digest := "sha256:" + hex.EncodeToString(out.sum.Sum(nil))
	h, err := v1.NewHash(digest)
	if err != nil {
		return d, err
	}
	body := &payload{size: out.n, open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(f, 0, out.n)), nil
	}}
	return v1.Descriptor{MediaType: types.DockerLayer, Size: out.n, Digest: h}, p.blob(ctx, digest, body)
}

// gzipped copies a layer to out as gzip and returns its diff ID. A layer that
// is gzip already is copied as it is.
func gzipped(in io.Reader, out io.Writer) (diffID string, err error) {
	sum := sha256.New()
	r := bufio.NewReaderSize(in, 1<<16)
	magic, _ := r.Peek(4)
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(io.TeeReader(r, out))
		if err != nil {
			return "", err
		}
		if _, err := io.Copy(sum, z); err != nil {
			return "", err
		}
		if _, err := io.Copy(out, r); err != nil {
			return "", err
		}
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return "", failure("layer", Unsupported, "push it from an OCI layout: `docker buildx build --output type=oci`", "a docker archive with zstd layers cannot be pushed")
	default:
		z, err := gzip.NewWriterLevel(out, gzip.DefaultCompression)
		if err != nil {
			return "", err
		}
		if _, err := io.Copy(io.MultiWriter(z, sum), r); err != nil {
			return "", err
		}
		if err := z.Close(); err != nil {
			return "", err
		}
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}

// hashed counts and hashes what passes to w.
type hashed struct {
	w   io.Writer
	sum hash.Hash
	n   int64
}

func (h *hashed) Write(p []byte) (int, error) {
	n, err := h.w.Write(p)
	h.sum.Write(p[:n])
	h.n += int64(n)
	return n, err
}
