package advisory

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

// DefaultSource is OSV's public data, one zip an ecosystem; see
// https://google.github.io/osv.dev/data/#data-dumps.
const DefaultSource = "https://osv-vulnerabilities.storage.googleapis.com"

// Options say how data is fetched and dated.
type Options struct {
	// Transport fetches over HTTP, nil for http.DefaultTransport.
	Transport http.RoundTripper
	// CacheDir keeps what was fetched, "" for no cache.
	CacheDir string
	// Offline allows no request: only the cache, a folder or a zip answer.
	Offline bool
	// Now is the clock; data dated after it is not believed. Nil believes all.
	Now func() time.Time
	// Date is the data's date where the data itself has none.
	Date time.Time
}

// DB is advisory data, read one ecosystem at a time when it is asked for. It is
// not safe for concurrent use.
type DB struct {
	source string
	opts   Options
	from   provider
	// shards are those read, by ecosystem and kind.
	shards map[string]*shard
}

// store finds the folder of an ecosystem. It returns a *missingError where the
// source does not hold it.
type store interface {
	folder(ctx context.Context, base string) (*folder, error)
	close() error
}

// missingError says why there is nothing about an ecosystem.
type missingError struct{ reason string }

func (e *missingError) Error() string { return e.reason }

func missingf(format string, args ...any) error {
	return &missingError{fmt.Sprintf(format, args...)}
}

// Open opens advisory data in OSV's layout: a folder or a zip that holds
// ECOSYSTEM/all.zip or ECOSYSTEM/*.json, or the HTTP address above
// ECOSYSTEM/all.zip; "" is DefaultSource. Data is read only when Match needs it.
func Open(ctx context.Context, source string, opts Options) (*DB, error) {
	if source == "" {
		source = DefaultSource
	}
	if opts.Now == nil {
		opts.Now = func() time.Time { return time.Time{} }
	}
	db := &DB{source: source, opts: opts, shards: map[string]*shard{}}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	from, err := openProvider(source, opts)
	if err != nil {
		return nil, fmt.Errorf("advisories: %w", err)
	}
	db.from = from
	return db, nil
}

func openProvider(source string, opts Options) (provider, error) {
	scheme, _, hasScheme := strings.Cut(source, "://")
	switch {
	case hasScheme && (scheme == "http" || scheme == "https"):
		return rawProvider{newHTTPStore(source, opts)}, nil
	case hasScheme:
		return nil, fmt.Errorf("%s: only a folder, a zip or an http(s) address can be read", source)
	}
	st, err := os.Stat(source)
	switch {
	case err != nil:
		return nil, err
	case st.IsDir() && holdsShards(source):
		return &packedProvider{shelf: folderShelf(source)}, nil
	}
	s, err := openFiles(source, st)
	return rawProvider{s}, err
}

// openFiles opens a folder or a zip in OSV's layout.
func openFiles(source string, st os.FileInfo) (*fsStore, error) {
	if st.IsDir() {
		return &fsStore{name: source, fsys: os.DirFS(source)}, nil
	}
	f, err := os.Open(source)
	if err != nil {
		return nil, err
	}
	z, err := zip.NewReader(f, st.Size())
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: neither a folder nor a zip: %w", source, err), f.Close())
	}
	return &fsStore{name: source, fsys: z, closer: f}, nil
}

// Close releases the source.
func (db *DB) Close() error { return db.from.close() }

// Info describes the data that Match has read so far: its date is that of its
// oldest ecosystem, and unknown where that of any is.
func (db *DB) Info() Info {
	info := Info{Source: db.source}
	h := sha256.New()
	for i, base := range slices.Sorted(maps.Keys(db.shards)) {
		s := db.shards[base]
		fmt.Fprintf(h, "%s\x00%s\n", base, s.digest)
		if i == 0 || s.updated.Before(info.Updated) {
			info.Updated, info.Published = s.updated, s.published || s.packed != nil
		}
	}
	if len(db.shards) > 0 {
		info.Digest = "sha256:" + hex.EncodeToString(h.Sum(nil))
	}
	if info.Updated.IsZero() {
		info.Updated = db.opts.Date
	}
	return info
}

// hashOf returns "sha256:…" over everything r holds.
func hashOf(r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}
