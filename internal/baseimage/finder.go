package baseimage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"golang.org/x/sync/errgroup"
)

// Options say where to look. The zero value looks into the table alone.
type Options struct {
	// Layouts are layouts and archives of the operator by the reference that they
	// answer for: {"ghcr.io/acme/base:1": "oci:build/base"}. A key without tag and
	// digest answers for all of the repository.
	Layouts map[string]string
	// Local reads the layouts, Public asks registries; nil for not at all.
	Local, Public *registry.Client
	// Hosts may be asked besides the public registries.
	Hosts []string
	// CacheDir keeps answers between runs, "" for none.
	CacheDir string
	// Now is the clock that the age of the cache goes by.
	Now func() time.Time
	// Always asks for images that the table answers for as well.
	Always bool
}

// Finder finds the configuration of base images. It implements
// dockerfile.Bases.
type Finder struct {
	o     Options
	cache cache

	mu   sync.Mutex
	down map[string]string // why a host is not asked again, by host
}

// New returns a finder.
func New(o Options) *Finder {
	layouts := map[string]string{}
	for ref, at := range o.Layouts {
		layouts[qualified(ref)] = at
	}
	o.Layouts = layouts
	return &Finder{o: o, cache: cache{dir: o.CacheDir, now: o.Now}, down: map[string]string{}}
}

// qualified is a reference with registry and folder, tag and digest kept.
func qualified(ref string) string {
	r, err := registry.ParseRef(ref)
	if err != nil {
		return ref
	}
	return r.String()
}

// Find implements dockerfile.Bases: layouts first, then the table where it is
// certain, the cache, the registries, and what the cache has from long ago.
func (f *Finder) Find(ctx context.Context, wanted []dockerfile.BaseQuery) map[dockerfile.BaseQuery]dockerfile.BaseAnswer {
	out := map[dockerfile.BaseQuery]dockerfile.BaseAnswer{}
	var ask []dockerfile.BaseQuery
	for _, q := range wanted {
		if _, seen := out[q]; seen {
			continue
		}
		answer, more := f.near(ctx, q)
		out[q] = answer
		if more && len(ask) < MaxQueries {
			ask = append(ask, q)
		}
	}
	if len(ask) > 0 {
		maps.Copy(out, f.far(ctx, ask))
	}
	return out
}

// near answers without the network, and says whether a registry may know more.
func (f *Finder) near(ctx context.Context, q dockerfile.BaseQuery) (dockerfile.BaseAnswer, bool) {
	if at, ok := f.layout(q.Ref); ok {
		c, err := f.o.Local.Config(ctx, at, q.Platform)
		if err != nil {
			return unknown("%s: %s", at, short(err)), false
		}
		return Decode(c, at), false
	}
	table := dockerfile.BaseAnswer{Config: FromTable(q.Ref)}
	if table.Config != nil && !f.o.Always {
		return table, false
	}
	if c, ok := f.cache.config(q, freshFor); ok {
		return Decode(c, "the cache"), false
	}
	ref, err := registry.ParseRef(q.Ref)
	switch {
	case err != nil:
		return orTable(table, unknown("%s", short(err))), false
	case f.o.Public == nil:
		return orTable(table, f.old(q, "registries are not asked when offline")), false
	case !registry.MayAsk(ref, f.o.Hosts):
		return orTable(table, unknown("%s is not a registry that may be asked for it; name it under registries in tidewaiter.yaml, or give its layout: --base %s=oci:DIR", ref.Registry, q.Ref)), false
	}
	return orTable(table, unknown("it was not asked for")), true
}

// orTable prefers what the table knows to knowing nothing.
func orTable(table, other dockerfile.BaseAnswer) dockerfile.BaseAnswer {
	if other.Config == nil && table.Config != nil {
		return table
	}
	return other
}

// layout returns the operator's layout for a reference.
func (f *Finder) layout(ref string) (string, bool) {
	if f.o.Local == nil || len(f.o.Layouts) == 0 {
		return "", false
	}
	tagged, _, _ := strings.Cut(ref, "@")
	for _, key := range []string{ref, tagged, strings.TrimSuffix(tagged, ":latest"), registry.Canonical(ref)} {
		if at, ok := f.o.Layouts[key]; ok && key != "" {
			return at, true
		}
	}
	return "", false
}

// far asks the registries, all within one deadline.
func (f *Finder) far(ctx context.Context, ask []dockerfile.BaseQuery) map[dockerfile.BaseQuery]dockerfile.BaseAnswer {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	answers := make([]dockerfile.BaseAnswer, len(ask))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, q := range ask {
		group.Go(func() error {
			answers[i] = f.askFor(ctx, q)
			return nil
		})
	}
	_ = group.Wait() // no function of it fails
	out := map[dockerfile.BaseQuery]dockerfile.BaseAnswer{}
	for i, q := range ask {
		out[q] = orTable(dockerfile.BaseAnswer{Config: FromTable(q.Ref)}, answers[i])
	}
	return out
}

// askFor asks the registry of one image. A host that cannot be reached is not
// asked again, in this run or within the next minute.
func (f *Finder) askFor(ctx context.Context, q dockerfile.BaseQuery) dockerfile.BaseAnswer {
	ref, err := registry.ParseRef(q.Ref)
	if err != nil {
		return unknown("%s", short(err))
	}
	if why := f.silent(ref.Registry); why != "" {
		return f.old(q, why)
	}
	if ref.Digest != "" {
		q.Ref = ref.Repo() + "@" + ref.Digest // the tag beside a digest says nothing
	}
	c, err := f.o.Public.Config(ctx, q.Ref, q.Platform)
	if err != nil {
		why := ref.Registry + " was asked: " + short(err)
		if unreachable(ctx, err) {
			f.silence(ref.Registry, why)
		}
		return f.old(q, why)
	}
	f.cache.keep(q, c)
	return Decode(c, ref.Registry)
}

// unreachable reports whether asking the same host again would be in vain.
func unreachable(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return true
	}
	var e *registry.Error
	return errors.As(err, &e) && slices.Contains([]registry.Reason{registry.Refused, registry.Timeout, registry.TLS, registry.TooMany, registry.Unavailable, registry.Failed}, e.Reason)
}

func (f *Finder) silent(host string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down[host] == "" && f.cache.silent(host) {
		f.down[host] = host + " could not be reached a moment ago"
	}
	return f.down[host]
}

func (f *Finder) silence(host, why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down[host] == "" {
		f.down[host] = why
		f.cache.silence(host)
	}
}

// old is what the cache has from before, where nobody can be asked now.
func (f *Finder) old(q dockerfile.BaseQuery, why string) dockerfile.BaseAnswer {
	if c, ok := f.cache.config(q, staleFor); ok {
		return Decode(c, "the cache")
	}
	return unknown("%s", why)
}

func unknown(format string, args ...any) dockerfile.BaseAnswer {
	return dockerfile.BaseAnswer{Unknown: fmt.Sprintf(format, args...)}
}

// short is an error without the reference at its beginning, which the reader
// knows.
func short(err error) string {
	var e *registry.Error
	if errors.As(err, &e) {
		return e.Detail
	}
	return err.Error()
}
