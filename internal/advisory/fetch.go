package advisory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// stallTimeout is how long a server may send nothing before it is given up.
const stallTimeout = 30 * time.Second

// stallBytes is what must have come by then, unless it is all: a server that
// sends a byte now and then is silent, too.
const stallBytes = 16 << 10

// httpStore is a server with OSV's layout, and the cache of what it sent.
type httpStore struct {
	base    string
	client  *http.Client
	cache   cache
	offline bool
	stall   time.Duration
}

func newHTTPStore(base string, opts Options) *httpStore {
	base = strings.TrimRight(base, "/")
	return &httpStore{
		base: base, offline: opts.Offline, stall: stallTimeout,
		client: &http.Client{Transport: opts.Transport},
		cache:  cache{dir: opts.CacheDir, source: base},
	}
}

func (s *httpStore) close() error { return nil }

// folder asks the server whether the cached zip is still the current one. A
// server that does not answer is an error unless there is a cached zip, whose
// date the policy then judges.
func (s *httpStore) folder(ctx context.Context, base string) (*folder, error) {
	entry, cached := s.cache.get(base)
	if s.offline {
		if !cached {
			return nil, missingf("no cached advisories for %s and no network allowed: run once without --offline, or name a folder or zip with --advisories", base)
		}
		return s.cache.open(entry)
	}
	address := s.base + "/" + url.PathEscape(base) + "/all.zip"
	fresh, err := s.fetch(ctx, address, base, entry)
	var missing *missingError
	switch {
	case err == nil:
		return s.open(fresh)
	case errors.As(err, &missing), !cached, ctx.Err() != nil:
		return nil, err
	}
	return s.cache.open(entry)
}

// otherWays says what to do where the source does not answer.
const otherWays = "name a folder or zip with --advisories, or go on without vulnerabilities by --offline (nothing is signed then)"

// fetched is what a request gave: an entry of the cache, or the bytes where
// there is none.
type fetched struct {
	place string
	entry cacheEntry
	data  []byte
}

func (s *httpStore) open(f fetched) (*folder, error) {
	if f.data == nil {
		return s.cache.open(f.entry)
	}
	return openArchive(f.place, newMemoryFile(f.data), f.entry.date())
}

func (s *httpStore) fetch(ctx context.Context, address, base string, have cacheEntry) (fetched, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(s.stall, func() { cancel(fmt.Errorf("next to nothing received for %s", s.stall)) })
	defer watch.Stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fetched{}, err
	}
	if have.ETag != "" {
		req.Header.Set("If-None-Match", have.ETag)
	} else if have.LastModified != "" {
		req.Header.Set("If-Modified-Since", have.LastModified)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return fetched{}, fmt.Errorf("fetch %s: %w; %s", address, cause(ctx, err), otherWays)
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotModified && have.SHA256 != "":
		return fetched{entry: have}, nil
	case res.StatusCode == http.StatusNotFound:
		return fetched{}, missingf("%s has no advisories for %s (%s): name a source that has them", s.base, base, res.Status)
	case res.StatusCode != http.StatusOK:
		return fetched{}, fmt.Errorf("fetch %s: %s; try again, or %s", address, res.Status, otherWays)
	}
	body := &watched{r: io.LimitReader(res.Body, MaxArchiveBytes+1), reset: func() { watch.Reset(s.stall) }}
	entry := cacheEntry{ETag: res.Header.Get("ETag"), LastModified: res.Header.Get("Last-Modified"), Ecosystem: base}
	out, err := s.keep(address, entry, body)
	if err != nil {
		return fetched{}, fmt.Errorf("fetch %s: %w; %s", address, cause(ctx, err), otherWays)
	}
	return out, nil
}

// keep stores a body in the cache, or in memory where there is none.
func (s *httpStore) keep(address string, entry cacheEntry, body io.Reader) (fetched, error) {
	if s.cache.dir != "" {
		entry, err := s.cache.put(entry, body)
		return fetched{entry: entry}, err
	}
	data, err := io.ReadAll(body)
	if err == nil && len(data) > MaxArchiveBytes {
		err = errArchiveSize
	}
	return fetched{place: address, entry: entry, data: data}, err
}

var errArchiveSize = fmt.Errorf("larger than the limit of %d MiB", MaxArchiveBytes>>20)

// cause returns why the context ended, where that is what happened.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil && !errors.Is(c, context.Canceled) {
		return c
	}
	return err
}

// watched tells whenever another stallBytes have come.
type watched struct {
	r     io.Reader
	reset func()
	got   int
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if w.got += n; w.got >= stallBytes {
		w.got = 0
		w.reset()
	}
	return n, err
}
