package advisory

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Match looks up packages and returns what is known to affect them, in the order
// of the packages and then of the IDs. What could not be looked up comes back
// as missing, never as silence; packages that state no version, such as Go's
// "(devel)" modules, are affected by nothing that could be known. An error means
// that data there is cannot be used.
func (db *DB) Match(ctx context.Context, pkgs []Package) ([]Match, []Missing, error) {
	names := map[string]map[string]bool{}
	counts := map[string]int{}
	for _, p := range pkgs {
		base := baseOf(p.Ecosystem)
		if names[base] == nil {
			names[base] = map[string]bool{}
		}
		names[base][normalName(base, p.Name)] = true
		counts[base]++
	}
	var missing []Missing
	for _, base := range slices.Sorted(maps.Keys(names)) {
		err := db.need(ctx, base, names[base])
		var m *missingError
		switch {
		case errors.As(err, &m):
			missing = append(missing, Missing{Ecosystem: base, Packages: counts[base], Reason: m.Error()})
		case err != nil:
			return nil, nil, err
		}
	}
	var out []Match
	unordered := map[string]Missing{}
	for _, p := range pkgs {
		s := db.shards[baseOf(p.Ecosystem)]
		if s == nil {
			continue
		}
		found, err := s.match(p)
		if err != nil {
			m := unordered[p.Ecosystem]
			unordered[p.Ecosystem] = Missing{Ecosystem: p.Ecosystem, Packages: m.Packages + 1, Reason: cmp.Or(m.Reason, err.Error())}
		}
		for _, v := range found {
			v.rateBy(db.score)
			out = append(out, Match{Package: p, Vulnerability: v})
		}
	}
	for _, e := range slices.Sorted(maps.Keys(unordered)) {
		missing = append(missing, unordered[e])
	}
	return out, missing, nil
}

// score returns the CVSS of a CVE in any record read, the own ecosystem's or
// another's.
func (db *DB) score(id string) score {
	var best score
	for _, s := range db.shards {
		if t := s.scores[id]; t.newer(best) {
			best = t
		}
	}
	return best
}

// hit is a record that speaks of a package version.
type hit struct {
	record   *record
	affected *affected
	// entries are all that the record says of the package.
	entries []*affected
}

// entries returns what the record says of one package of one ecosystem.
func (r *record) entries(base, name, ecosystem string) []*affected {
	var out []*affected
	for i := range r.Affected {
		a := &r.Affected[i]
		if normalName(base, a.Package.Name) == name && sameEcosystem(a.Package.Ecosystem, ecosystem) {
			out = append(out, a)
		}
	}
	return out
}

// match returns the flaws of one package. An error says that some records could
// not be ordered against the version; the others are returned.
func (s *shard) match(p Package) ([]Vulnerability, error) {
	if !known(s.base, normalVersion(s.base, p.Version)) {
		return nil, nil
	}
	at, err := place(s.base, p.Version)
	if err != nil {
		return nil, err
	}
	var hits []hit
	var broken error
	name := normalName(s.base, p.Name)
	for _, r := range s.records[name] {
		entries := r.entries(s.base, name, p.Ecosystem)
		for _, a := range entries {
			in, err := a.affects(at)
			if err != nil && broken == nil {
				broken = fmt.Errorf("%s: a version of %s cannot be compared with %s: %w", r.ID, p.Name, p.Version, err)
			}
			if in {
				hits = append(hits, hit{r, a, entries})
			}
		}
	}
	var out []Vulnerability
	for _, group := range groupByIdentity(hits) {
		out = append(out, s.merge(at, group))
	}
	slices.SortFunc(out, func(a, b Vulnerability) int { return strings.Compare(a.ID, b.ID) })
	return out, broken
}

// merge makes one vulnerability of the records that are aliases of each other.
func (s *shard) merge(at installed, hits []hit) Vulnerability {
	var v Vulnerability
	var fixes []string
	var entries []*affected
	for _, h := range hits {
		v.Summary = cmp.Or(v.Summary, h.record.Summary)
		v.Malicious = v.Malicious || h.record.malicious()
		if t := h.record.published(); !t.IsZero() && (v.Published.IsZero() || t.Before(v.Published)) {
			v.Published = t
		}
		fixes = h.affected.fixes(at, fixes)
		entries = append(entries, h.entries...)
	}
	v.ID, v.Aliases = identify(hits)
	v.Fixed = lowestFix(s.base, fixes, entries)
	v.References = pages(hits)
	v.rate(s.base, hits)
	return v
}
