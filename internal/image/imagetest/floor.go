package imagetest

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// Floor does with the layers of an image what nobody can do without who reads
// them: hash them as they are stored, unpack, hash the tar and walk it. It is what
// the cost of reading an image is compared with. A layer that is stored as its tar
// is hashed once. It returns how many entries it saw.
func Floor(ctx context.Context, content *registry.Content, parallel int) (entries int, err error) {
	var g errgroup.Group
	g.SetLimit(parallel)
	layers := content.Images[0].Layers
	seen := make([]int, len(layers))
	for i, l := range layers {
		g.Go(func() (err error) {
			seen[i], err = floor(ctx, l)
			return err
		})
	}
	err = g.Wait()
	for _, n := range seen {
		entries += n
	}
	return entries, err
}

func floor(ctx context.Context, l registry.Layer) (entries int, err error) {
	blob, err := l.Open(ctx)
	if err != nil {
		return 0, err
	}
	defer blob.Close()
	stored, unpacked := sha256.New(), sha256.New()
	tarball := io.TeeReader(blob, unpacked)
	if l.Digest != l.DiffID {
		z, err := gzip.NewReader(io.TeeReader(blob, stored))
		if err != nil {
			return 0, err
		}
		tarball = io.TeeReader(z, unpacked)
	}
	for t := tar.NewReader(tarball); ; entries++ {
		if _, err := t.Next(); err == io.EOF {
			break
		} else if err != nil {
			return 0, err
		}
	}
	if _, err := io.Copy(io.Discard, tarball); err != nil {
		return 0, err
	}
	if got := fmt.Sprintf("sha256:%x", unpacked.Sum(nil)); got != l.DiffID {
		return 0, fmt.Errorf("layer %s unpacks to %s", l.Digest, got)
	}
	return entries, nil
}
