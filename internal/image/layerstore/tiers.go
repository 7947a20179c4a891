package layerstore

import (
	"context"
	"errors"
	"io/fs"

	"github.com/tidewaiter/tidewaiter/internal/image"
)

// Tiers asks the first store before the second, and keeps in the first what only
// the second had.
func Tiers(near, far image.Store) image.Store { return tiers{near, far} }

type tiers struct{ near, far image.Store }

func (t tiers) Get(ctx context.Context, key string) ([]byte, error) {
	entry, nearErr := t.near.Get(ctx, key)
	if nearErr == nil {
		return entry, nil
	}
	entry, err := t.far.Get(ctx, key)
	if err == nil && errors.Is(nearErr, fs.ErrNotExist) {
		_ = t.near.Put(ctx, key, entry) // what cannot be kept nearer is fetched again
	}
	return entry, err
}

func (t tiers) Put(ctx context.Context, key string, entry []byte) error {
	return errors.Join(t.near.Put(ctx, key, entry), t.far.Put(ctx, key, entry))
}
