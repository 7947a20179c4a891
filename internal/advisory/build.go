package advisory

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// BuildOptions say what a build reads and writes.
type BuildOptions struct {
	// From is a folder or zip in OSV's layout, or the HTTP address above
	// ECOSYSTEM/all.zip; "" is DefaultSource.
	From string
	// Out is the folder that the shards are written to; it is made where it is not
	// there, and files of an earlier build are replaced.
	Out string
	// Ecosystems are OSV's names without release ("Debian", "npm"); none means all
	// that a lookup can ask for and that the source has.
	Ecosystems []string
	// KEV is CISA's catalogue as JSON, EPSS FIRST's scores as CSV, plain or gzip;
	// both are files or http(s) addresses, "" for none.
	KEV, EPSS string
	// Built is the date that the shards bear.
	Built     time.Time
	Transport http.RoundTripper
	// Warn is told of what was left out or kept as it is; nil for silence.
	Warn func(string)
}

// scoresOnly is the folder of records that name no packages, only CVEs and their
// scores.
const scoresOnly = "GIT"

// Build compiles OSV's data into one shard per ecosystem and release, and
// returns the index that it wrote. The same input and date give the same bytes.
// Records are read one by one and kept on disk; what is held in memory grows
// with the names of packages and records alone.
func Build(ctx context.Context, o BuildOptions) (_ *Index, err error) {
	store, err := openBuildSource(o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.close()) }()
	if err := os.MkdirAll(o.Out, 0o755); err != nil {
		return nil, err
	}
	b := &builder{opts: o, shards: map[shardKey]*draft{}, scores: map[string]score{}}
	if b.spill, err = newSpill(o.Out); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.spill.close()) }()
	read := 0
	for _, base := range b.ecosystems() {
		f, err := store.folder(ctx, base)
		var missing *missingError
		if errors.As(err, &missing) && len(o.Ecosystems) == 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		if err := errors.Join(b.read(ctx, base, f), f.close()); err != nil {
			return nil, err
		}
		read++
	}
	if read == 0 {
		return nil, fmt.Errorf("%s holds none of the ecosystems %s: give OSV's layout, ECOSYSTEM/all.zip or ECOSYSTEM/*.json", o.From, strings.Join(b.ecosystems(), ", "))
	}
	return b.write(ctx)
}

func openBuildSource(o BuildOptions) (store, error) {
	if o.From == "" {
		o.From = DefaultSource
	}
	if strings.HasPrefix(o.From, "http://") || strings.HasPrefix(o.From, "https://") {
		return newHTTPStore(o.From, Options{Transport: o.Transport}), nil
	}
	st, err := os.Stat(o.From)
	if err != nil {
		return nil, err
	}
	if st.IsDir() && holdsShards(o.From) {
		return nil, fmt.Errorf("%s holds shards already: give the OSV data that they are to be built from", o.From)
	}
	return openFiles(o.From, st)
}

// shardKey is what tells shards apart.
type shardKey struct{ ecosystem, kind string }

// draft is a shard that is being built.
type draft struct {
	heads    []draftHead
	names    []draftName
	modified time.Time
	sources  attributions
}

// draftHead is a record of a draft; order is its place among the records read,
// and head stands for it in draftName until the records are sorted.
type draftHead struct {
	id    string
	piece piece
}

// draftName is what one record says of one package.
type draftName struct {
	name  string
	head  int
	piece piece
}

type builder struct {
	opts   BuildOptions
	spill  *spill
	mu     sync.Mutex // guards all below while records are read
	shards map[shardKey]*draft
	scores map[string]score
	// odd counts versions that cannot be ordered, paid what speaks of paid releases.
	odd, paid int
}

func (b *builder) warn(format string, args ...any) {
	if b.opts.Warn != nil {
		b.opts.Warn(fmt.Sprintf(format, args...))
	}
}

// ecosystems are the folders to read, sorted.
func (b *builder) ecosystems() []string {
	list := slices.Clone(b.opts.Ecosystems)
	if len(list) == 0 {
		list = append(Ecosystems(), scoresOnly)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// read takes in all records of one folder.
func (b *builder) read(ctx context.Context, base string, f *folder) error {
	if len(f.names) == 0 {
		return fmt.Errorf("%s: holds no OSV records (*.json)", f.place)
	}
	if len(f.names) > MaxRecords {
		return fmt.Errorf("%s: %d records, more than the limit of %d", f.place, len(f.names), MaxRecords)
	}
	return readAll(ctx, f, func(_ int, data []byte) error {
		r, err := parseRecord(data)
		if err != nil || r.Withdrawn != "" {
			return err
		}
		return b.take(base, r)
	})
}

// take files one record under every ecosystem and release that it speaks of.
func (b *builder) take(base string, r *record) error {
	best, cves := bestScore(r.Severity), r.cves()
	if r.Summary == "" && !r.malicious() {
		r.Summary = firstSentence(r.Details)
	}
	r.condense()
	groups, paid := r.split(base)
	odd := 0
	for key := range groups {
		for i := range groups[key] {
			odd += groups[key][i].entry.dropEnumerated(base)
		}
	}
	head := appendHead(nil, r)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.odd, b.paid = b.odd+odd, b.paid+paid
	for _, cve := range cves {
		if best.newer(b.scores[cve]) {
			b.scores[cve] = best
		}
	}
	if base == scoresOnly || len(groups) == 0 {
		return nil
	}
	at, err := b.spill.add(head)
	if err != nil {
		return err
	}
	for key, entries := range groups {
		if err := b.file(key, r, at, entries); err != nil {
			return err
		}
	}
	return nil
}

// file adds a record to a draft.
func (b *builder) file(key shardKey, r *record, head piece, entries []namedEntry) error {
	d := b.shards[key]
	if d == nil {
		d = &draft{sources: attributions{}}
		b.shards[key] = d
	}
	d.sources[attribute(r.ID)] = true
	if m := r.modified(b.opts.Built); m.After(d.modified) {
		d.modified = m
	}
	number := len(d.heads)
	d.heads = append(d.heads, draftHead{strings.Clone(r.ID), head})
	for start := 0; start < len(entries); {
		end := start
		for end < len(entries) && entries[end].name == entries[start].name {
			end++
		}
		body := appendCount(nil, end-start)
		for _, e := range entries[start:end] {
			body = appendAffected(body, e.entry)
		}
		at, err := b.spill.add(body)
		if err != nil {
			return err
		}
		d.names = append(d.names, draftName{strings.Clone(entries[start].name), number, at})
		start = end
	}
	return nil
}

// write makes the shards and the index.
func (b *builder) write(ctx context.Context) (*Index, error) {
	if b.odd > 0 {
		b.warn("%d entries hold versions that their ecosystem cannot order; they are kept, and packages they speak of are reported as not analysed", b.odd)
	}
	if b.paid > 0 {
		b.warn("%d entries speak of paid or special releases and are left out", b.paid)
	}
	if err := b.spill.settle(); err != nil {
		return nil, err
	}
	x := &Index{Version: indexVersion, Built: b.opts.Built.UTC().Truncate(time.Second)}
	for _, key := range sortedHeaders(b.shards) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		e, err := b.writeShard(key, b.shards[key])
		if err != nil {
			return nil, err
		}
		x.Shards = append(x.Shards, e)
		delete(b.shards, key)
	}
	if err := b.writeCVEs(ctx, x); err != nil {
		return nil, err
	}
	return x, writeWhole(filepath.Join(b.opts.Out, IndexFile), x.Write)
}
