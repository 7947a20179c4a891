package baseimage

import (
	"bytes"
	"context"
	"errors"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"golang.org/x/sync/errgroup"
)

// Pins asks what became of images named by digest: what the tag beside it names
// today, and whether the digest is still there. What nobody can be asked about
// is left out.
func (f *Finder) Pins(ctx context.Context, refs []string) map[string]dockerfile.Pin {
	out := map[string]dockerfile.Pin{}
	if f.o.Public == nil {
		return out
	}
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	refs = refs[:min(len(refs), MaxQueries)]
	pins := make([]*dockerfile.Pin, len(refs))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, ref := range refs {
		group.Go(func() error {
			if r, err := registry.ParseRef(ref); err == nil && r.Digest != "" && registry.MayAsk(r, f.o.Hosts) && f.silent(r.Registry) == "" {
				pins[i] = f.pin(ctx, r)
			}
			return nil
		})
	}
	_ = group.Wait() // no function of it fails
	for i, p := range pins {
		if p != nil {
			out[refs[i]] = *p
		}
	}
	return out
}

// pin asks about one image, nil where there was no answer.
func (f *Finder) pin(ctx context.Context, r registry.Ref) *dockerfile.Pin {
	var p dockerfile.Pin
	if r.Tag != "" {
		got, err := f.o.Public.GetManifest(ctx, r.Repo(), r.Tag)
		switch {
		case err == nil && bytes.Contains(got.Raw, []byte(r.Digest)):
			p.Now = r.Digest // one platform of what the tag names
			return &p
		case err == nil:
			p.Now = got.Digest
		case !isNotFound(err):
			f.unanswered(ctx, r, err)
			return nil
		}
		if p.Now == r.Digest {
			return &p
		}
	}
	_, err := f.o.Public.GetManifest(ctx, r.Repo(), r.Digest)
	switch {
	case err == nil:
	case isNotFound(err):
		p.Gone = true
	default:
		f.unanswered(ctx, r, err)
		return nil
	}
	return &p
}

func (f *Finder) unanswered(ctx context.Context, r registry.Ref, err error) {
	if unreachable(ctx, err) {
		f.silence(r.Registry, r.Registry+" was asked: "+short(err))
	}
}

func isNotFound(err error) bool {
	var e *registry.Error
	return errors.As(err, &e) && e.Reason == registry.NotFound && e.Status != 0
}
