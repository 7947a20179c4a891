package advisory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// provider finds the shards that speak of ecosystems.
type provider interface {
	// prepare returns the shards of each ecosystem asked for, and says why there
	// is nothing about the others. What it reads it keeps in db.shards.
	prepare(ctx context.Context, db *DB, asked map[string][]Package) (shards map[string][]*shard, missing map[string]string, err error)
	close() error
}

// rawProvider reads OSV's own layout.
type rawProvider struct{ store store }

func (p rawProvider) close() error { return p.store.close() }

func (p rawProvider) prepare(ctx context.Context, db *DB, asked map[string][]Package) (map[string][]*shard, map[string]string, error) {
	names := map[string]map[string]bool{}
	for ecosystem, pkgs := range asked {
		base := baseOf(ecosystem)
		if names[base] == nil {
			names[base] = map[string]bool{}
		}
		for _, p := range pkgs {
			names[base][normalName(base, p.Name)] = true
		}
	}
	absent := map[string]string{}
	for _, base := range slices.Sorted(maps.Keys(names)) {
		err := p.need(ctx, db, base, names[base])
		var m *missingError
		switch {
		case errors.As(err, &m):
			absent[base] = m.Error()
		case err != nil:
			return nil, nil, err
		}
	}
	found, missing := map[string][]*shard{}, map[string]string{}
	for ecosystem := range asked {
		base := baseOf(ecosystem)
		s := db.shards[base]
		switch {
		case s == nil:
			missing[ecosystem] = absent[base]
		case ecosystem != base && !s.releases.speaksOf(ecosystem):
			missing[ecosystem] = fmt.Sprintf("%s has no record about %s, only about other releases: name a source that has it", db.source, ecosystem)
		default:
			found[ecosystem] = []*shard{s}
		}
	}
	return found, missing, nil
}

// need makes sure that the shard of a base ecosystem is there and knows the names.
func (p rawProvider) need(ctx context.Context, db *DB, base string, names map[string]bool) (err error) {
	all := maps.Clone(names)
	if s := db.shards[base]; s != nil {
		fresh := len(s.names)
		maps.Copy(all, s.names)
		if len(all) == fresh {
			return nil
		}
	}
	f, err := p.store.folder(ctx, base)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	s, err := load(ctx, base, f, all, db.opts.Now())
	if err != nil {
		return err
	}
	db.shards[base] = s
	return nil
}

// releases are the ecosystems that records name.
type releases map[string]bool

func (r releases) speaksOf(ecosystem string) bool {
	return r[strings.TrimSuffix(ecosystem, ":LTS")] || r[baseOf(ecosystem)]
}
