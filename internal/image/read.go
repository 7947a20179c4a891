package image

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// Options say how an image is read. The zero value is the default.
type Options struct {
	// Parallel is how many layers are read at a time, 2 where it is 0.
	Parallel int
	// SkipSecrets leaves out the search for secrets, which is a third of the work.
	SkipSecrets bool
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
	inventories, err := s.layers(ctx, content, opts.Parallel)
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

// layers streams every distinct layer of content.
func (s *scanner) layers(ctx context.Context, content *registry.Content, parallel int) (map[layerKey]*Inventory, error) {
	found := map[layerKey]*Inventory{}
	var layers []registry.Layer
	for _, m := range content.Images {
		if len(m.Layers) > MaxLayers {
			return nil, fmt.Errorf("%s: more than %d layers", m.Platform, MaxLayers)
		}
		for _, l := range m.Layers {
			if _, seen := found[keyOf(l)]; !seen {
				found[keyOf(l)] = nil
				layers = append(layers, l)
			}
		}
	}
	if parallel <= 0 {
		parallel = 2
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	read := make([]*Inventory, len(layers))
	for i, l := range layers {
		g.Go(func() (err error) {
			read[i], err = s.layer(ctx, l)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	for i, l := range layers {
		found[keyOf(l)] = read[i]
	}
	return found, nil
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
