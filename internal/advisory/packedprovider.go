package advisory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// shelf is where compiled shards lie.
type shelf interface {
	// index returns the list of shards, which whoever reads the shelf may believe.
	index(ctx context.Context) (*Index, error)
	// shard returns the bytes of a shard; openPacked compares them with its digest.
	shard(ctx context.Context, e Entry) ([]byte, error)
	// String names the shelf in messages.
	String() string
}

// packedProvider reads the shards that packages need, and no others.
type packedProvider struct {
	shelf shelf
	held  *Index
	cve   *cveTable
}

func (p *packedProvider) close() error { return nil }

func (p *packedProvider) index(ctx context.Context) (_ *Index, err error) {
	if p.held == nil {
		p.held, err = p.shelf.index(ctx)
	}
	return p.held, err
}

func (p *packedProvider) prepare(ctx context.Context, db *DB, asked map[string][]Package) (map[string][]*shard, map[string]string, error) {
	x, err := p.index(ctx)
	var gone *missingError
	if errors.As(err, &gone) {
		missing := map[string]string{}
		for ecosystem := range asked {
			missing[ecosystem] = gone.Error()
		}
		return nil, missing, nil
	}
	if err != nil {
		return nil, nil, err
	}
	found, missing := map[string][]*shard{}, map[string]string{}
	for _, ecosystem := range slices.Sorted(maps.Keys(asked)) {
		entries := x.forPackages(ecosystem)
		if len(entries) == 0 {
			missing[ecosystem] = fmt.Sprintf("%s holds no shard for %s: name a source that has it, or build one with tidewaiter advisories build", p.shelf, ecosystem)
			continue
		}
		for _, e := range entries {
			s, err := p.open(ctx, db, e)
			if err != nil {
				return nil, nil, err
			}
			found[ecosystem] = append(found[ecosystem], s)
		}
	}
	return found, missing, nil
}

// open reads a shard once.
func (p *packedProvider) open(ctx context.Context, db *DB, e Entry) (*shard, error) {
	if s := db.shards[e.File]; s != nil {
		return s, nil
	}
	data, err := p.shelf.shard(ctx, e)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", p.shelf, e.File, err)
	}
	held, err := openPacked(data, e.Digest)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", p.shelf, e.File, err)
	}
	if held.Ecosystem != e.Ecosystem || held.Kind != e.Kind {
		return nil, fmt.Errorf("%s: %s is the shard of %s, not of %s: %w", p.shelf, e.File, held.Header, e.Header, errDamaged)
	}
	s := &shard{base: baseOf(held.Ecosystem), scores: map[string]score{}, digest: held.digest, updated: plausible(held.Built, db.opts.Now()), packed: held}
	db.shards[e.File] = s
	return s, nil
}

// folderShelf is a folder that advisories build wrote.
type folderShelf string

func (f folderShelf) String() string { return string(f) }

func (f folderShelf) index(context.Context) (*Index, error) {
	text, err := f.read(IndexFile, MaxIndexBytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", f, IndexFile, err)
	}
	x, err := ParseIndex(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", f, IndexFile, err)
	}
	return x, nil
}

func (f folderShelf) shard(_ context.Context, e Entry) ([]byte, error) {
	data, err := f.read(e.File, MaxShardBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("the index names it and it is not there; build the folder again")
	}
	return data, err
}

func (f folderShelf) read(name string, limit int) ([]byte, error) {
	h, err := os.Open(filepath.Join(string(f), name))
	if err != nil {
		return nil, err
	}
	defer h.Close()
	data, err := io.ReadAll(io.LimitReader(h, int64(limit)+1))
	if err == nil && len(data) > limit {
		err = fmt.Errorf("larger than the limit of %d MiB", limit>>20)
	}
	return data, err
}

// holdsShards reports whether a folder is one of compiled shards.
func holdsShards(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, IndexFile))
	return err == nil
}
