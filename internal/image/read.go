package image

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// Options say how an image is read. The zero value is the default.
type Options struct {
	// Parallel is how many layers are read at a time, 2 where it is 0.
	Parallel int
	// SkipSecrets leaves out the search for secrets, which is a third of the work.
	SkipSecrets bool
	// Cache remembers layers; nil reads each that an image has. One cache serves
	// all images of a run.
	Cache *Cache
	// Progress is told how many of the stored bytes of this image's layers have
	// been read, of how many; nil for nobody. Layers that are known are no part of
	// either. It is called from several goroutines, for every megabyte.
	Progress func(done, total int64)
}

// layerKey names a blob and what it must unpack to. Both are part of it: a blob
// that only claims the DiffID of a layer already read is still verified.
type layerKey struct{ digest, diffID string }

// Read reads every platform of content. Each layer is streamed once, however
// many platforms share it, and its digests are verified while it is read; a
// layer that is truncated or is not what the manifest and the configuration say
// is an error that names it.
func Read(ctx context.Context, content *registry.Content, opts Options) (*Image, error) {
	img := &Image{Ref: content.Ref, Resolved: content.Resolved}
	if len(content.Images) > MaxPlatforms {
		return nil, fmt.Errorf("%s: more than %d platforms; name the digest of the one you ship", content.Ref, MaxPlatforms)
	}
	s, err := newScanner(opts)
	if err != nil {
		return nil, err
	}
	inventories, err := s.layers(ctx, content, opts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", content.Ref, err)
	}
	for _, m := range content.Images {
		p, err := s.platform(m, inventories)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", content.Ref, m.Platform, err)
		}
		p.Image = img
		img.Platforms = append(img.Platforms, p)
	}
	return img, nil
}

// layers brings the inventory of every distinct layer of content: from the
// cache, or by reading it.
func (s *scanner) layers(ctx context.Context, content *registry.Content, opts Options) (map[layerKey]*Inventory, error) {
	layers, err := distinct(content)
	if err != nil {
		return nil, err
	}
	cache := opts.Cache
	if cache == nil {
		cache = &Cache{}
	}
	read := make([]*Inventory, len(layers))
	// What is known first, so that the progress tells of what is left to read.
	if err := parallel(ctx, max(opts.Parallel, lookups), len(layers), func(ctx context.Context, i int) error {
		if read[i] = cache.get(ctx, layers[i], !opts.SkipSecrets); read[i] != nil {
			return s.keeps(read[i])
		}
		return ctx.Err()
	}); err != nil {
		return nil, err
	}
	p := newProgress(opts.Progress, layers, read)
	if err := parallel(ctx, cmp.Or(max(opts.Parallel, 0), 2), len(layers), func(ctx context.Context, i int) (err error) {
		if read[i] != nil {
			return nil
		}
		if read[i], err = s.layer(ctx, p.watch(layers[i])); err == nil {
			cache.put(ctx, layers[i], !opts.SkipSecrets, read[i])
		}
		return err
	}); err != nil {
		return nil, err
	}
	found := map[layerKey]*Inventory{}
	for i, l := range layers {
		found[keyOf(l)] = read[i]
	}
	return found, nil
}

// lookups is how many entries of a cache are asked for at a time.
const lookups = 4

// parallel calls do for each index, several at a time, and stops at an error.
func parallel(ctx context.Context, limit, n int, do func(ctx context.Context, i int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(limit)
	for i := range n {
		g.Go(func() error { return do(ctx, i) })
	}
	return g.Wait()
}

// distinct lists the layers of all platforms, each once.
func distinct(content *registry.Content) ([]registry.Layer, error) {
	seen := map[layerKey]bool{}
	var layers []registry.Layer
	for _, m := range content.Images {
		if len(m.Layers) > MaxLayers {
			return nil, fmt.Errorf("%s: more than %d layers", m.Platform, MaxLayers)
		}
		for _, l := range m.Layers {
			if !seen[keyOf(l)] {
				seen[keyOf(l)] = true
				layers = append(layers, l)
			}
		}
	}
	// The largest first, so that none is left alone at the end.
	slices.SortStableFunc(layers, func(a, b registry.Layer) int { return cmp.Compare(b.Size, a.Size) })
	return layers, nil
}

func keyOf(l registry.Layer) layerKey { return layerKey{l.Digest, l.DiffID} }

// platform joins the configuration with the layers' inventories.
func (s *scanner) platform(m registry.Image, inventories map[layerKey]*Inventory) (*Platform, error) {
	p := &Platform{Platform: m.Platform, Digest: m.Resolved.Digest}
	if err := p.readConfig(m.Config); err != nil {
		return nil, err
	}
	for i, l := range m.Layers {
		p.Layers = append(p.Layers, &Layer{
			Index: i, Digest: l.Digest, DiffID: l.DiffID, History: -1, Inventory: inventories[keyOf(l)],
		})
	}
	p.alignHistory()
	p.Secrets = p.stated(s.rules)
	p.fold()
	return p, nil
}
