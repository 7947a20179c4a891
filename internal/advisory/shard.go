package advisory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// folder is one ecosystem of a source, before it is read.
type folder struct {
	// place names it in messages.
	place string
	// names are the records' file names, in a stable order.
	names []string
	// read returns the bytes of the i-th record; safe for concurrent use.
	read func(i int) ([]byte, error)
	// digest is over the archive's bytes, "" where the records are loose files.
	digest string
	// updated is when the server says it changed, the zero time for unknown.
	updated time.Time
	close   func() error
}

// shard is one ecosystem in memory, as far as it was asked for.
type shard struct {
	base string
	// names are the packages asked for; records holds theirs.
	names   map[string]bool
	records map[string][]*record
	// scores are the CVSS of all records of the ecosystem, by CVE.
	scores  map[string]score
	digest  string
	updated time.Time
	// published is true where updated is what the server says.
	published bool
	// releases are the ecosystems of all records, nil for compiled data.
	releases releases
	// packed is the compiled data, nil for records in memory.
	packed *packed
}

// loaded is what reading one file gives.
type loaded struct {
	record   *record // nil where it speaks of no package asked for
	cves     []string
	score    score
	modified time.Time
	digest   [sha256.Size]byte
	releases []string
}

// load reads a folder and keeps the records of the named packages.
func load(ctx context.Context, base string, f *folder, names map[string]bool, now time.Time) (*shard, error) {
	if len(f.names) == 0 {
		return nil, fmt.Errorf("%s: holds no OSV records (*.json)", f.place)
	}
	if len(f.names) > MaxRecords {
		return nil, fmt.Errorf("%s: %d records, more than the limit of %d", f.place, len(f.names), MaxRecords)
	}
	slots := make([]loaded, len(f.names))
	if err := readAll(ctx, f, func(i int, data []byte) (err error) {
		slots[i], err = loadRecord(base, data, names, now)
		return err
	}); err != nil {
		return nil, err
	}
	s := &shard{base: base, names: names, records: map[string][]*record{}, scores: map[string]score{}, releases: releases{}, digest: f.digest, updated: f.updated}
	s.published = !f.updated.IsZero()
	s.collect(slots, !s.published)
	if s.digest == "" {
		h := sha256.New()
		for i := range slots {
			fmt.Fprintf(h, "%s\x00%x\n", f.names[i], slots[i].digest)
		}
		s.digest = "sha256:" + hex.EncodeToString(h.Sum(nil))
	}
	return s, nil
}

// readAll hands every record of a folder to use, several at a time.
func readAll(ctx context.Context, f *folder, use func(i int, data []byte) error) error {
	var next, bytes atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(f.names) {
					return nil
				}
				data, err := f.read(i)
				if err != nil {
					return fmt.Errorf("%s: %s: %w", f.place, f.names[i], err)
				}
				if bytes.Add(int64(len(data))) > MaxUnpackedBytes {
					return fmt.Errorf("%s: unpacks to more than the limit of %d GiB", f.place, MaxUnpackedBytes>>30)
				}
				if err := use(i, data); err != nil {
					return fmt.Errorf("%s: %s: %w", f.place, f.names[i], err)
				}
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}

// collect indexes what was read, in the order of the files.
func (s *shard) collect(slots []loaded, dated bool) {
	for _, l := range slots {
		for _, e := range l.releases {
			s.releases[e] = true
		}
		if dated && l.modified.After(s.updated) {
			s.updated = l.modified
		}
		for _, cve := range l.cves {
			if l.score.newer(s.scores[cve]) {
				s.scores[cve] = l.score
			}
		}
		if l.record == nil {
			continue
		}
		seen := map[string]bool{}
		for _, a := range l.record.Affected {
			if name := normalName(s.base, a.Package.Name); !seen[name] {
				seen[name] = true
				s.records[name] = append(s.records[name], l.record)
			}
		}
	}
}

// head is the part of a record that is wanted of every one.
type head struct {
	ID        string   `json:"id"`
	Modified  string   `json:"modified"`
	Withdrawn string   `json:"withdrawn"`
	Aliases   []string `json:"aliases"`
	Upstream  []string `json:"upstream"`
	Severity  []rating `json:"severity"`
}

// loadRecord reads one record; all of it only where it may speak of one of the
// named packages.
func loadRecord(base string, data []byte, names map[string]bool, now time.Time) (loaded, error) {
	out := loaded{digest: sha256.Sum256(data), releases: releasesIn(base, data)}
	var r *record
	if mentions(base, data, names) {
		var err error
		if r, err = parseRecord(data); err != nil {
			return loaded{}, err
		}
	} else {
		h, err := parseHead(data)
		if err != nil {
			return loaded{}, err
		}
		r = &record{ID: h.ID, Modified: h.Modified, Withdrawn: h.Withdrawn, Aliases: h.Aliases, Upstream: h.Upstream, Severity: h.Severity}
	}
	out.modified = r.modified(now)
	if r.Withdrawn != "" {
		return out, nil
	}
	if out.score = bestScore(r.Severity); !out.score.none() {
		out.cves = r.cves()
	}
	if r.trim(base, names); len(r.Affected) > 0 {
		out.record = r
	}
	return out, nil
}

func parseHead(data []byte) (head, error) {
	var h head
	if tooDeep(data, MaxJSONDepth) {
		return h, fmt.Errorf("nested deeper than the limit of %d", MaxJSONDepth)
	}
	if err := json.Unmarshal(data, &h); err != nil {
		return h, fmt.Errorf("not an OSV record: %w", err)
	}
	if h.ID == "" {
		return h, errNotOSV
	}
	return h, nil
}

// cves returns the CVE that the record is about, as a list of one, or none
// where it bundles several.
func (r *record) cves() []string {
	var out []string
	for _, id := range r.identities() {
		if strings.HasPrefix(id, "CVE-") {
			out = append(out, id)
		}
	}
	if len(out) > 1 {
		return nil
	}
	return out
}

// trim drops what matching the named packages does not need; records
// enumerate thousands of versions of packages nobody asked for.
func (r *record) trim(base string, names map[string]bool) {
	var kept []affected
	for _, a := range r.Affected {
		if baseOf(a.Package.Ecosystem) == base && names[normalName(base, a.Package.Name)] {
			kept = append(kept, a)
		}
	}
	r.Affected = kept
	if r.Summary == "" {
		r.Summary = firstSentence(r.Details)
	}
	r.Details = ""
}
