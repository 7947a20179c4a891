package advisory

import (
	"cmp"
	"context"
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
	asked := map[string][]Package{}
	for _, p := range pkgs {
		asked[p.Ecosystem] = append(asked[p.Ecosystem], p)
	}
	gone := map[string]string{}
	if len(asked[""]) > 0 {
		gone[""] = "OSV names no ecosystem for these packages: their vulnerabilities are not known"
	}
	wanted := maps.Clone(asked)
	delete(wanted, "")
	shards, lacking, err := db.from.prepare(ctx, db, wanted)
	if err != nil {
		return nil, nil, fmt.Errorf("advisories: %w", err)
	}
	maps.Copy(gone, lacking)
	var missing []Missing
	for _, e := range slices.Sorted(maps.Keys(gone)) {
		missing = append(missing, Missing{Ecosystem: e, Packages: len(asked[e]), Reason: gone[e]})
	}
	out, unordered, err := db.matchAll(pkgs, shards)
	if err != nil {
		return nil, nil, fmt.Errorf("advisories: %w", err)
	}
	if err := db.join(ctx, out); err != nil {
		return nil, nil, fmt.Errorf("advisories: %w", err)
	}
	return out, append(missing, unordered...), nil
}

// matchAll matches packages against the shards of their ecosystems.
func (db *DB) matchAll(pkgs []Package, shards map[string][]*shard) ([]Match, []Missing, error) {
	var out []Match
	unordered := map[string]Missing{}
	for _, p := range pkgs {
		found, unclear, err := match(shards[p.Ecosystem], p)
		if err != nil {
			return nil, nil, err
		}
		if unclear != nil {
			m := unordered[p.Ecosystem]
			unordered[p.Ecosystem] = Missing{Ecosystem: p.Ecosystem, Packages: m.Packages + 1, Reason: cmp.Or(m.Reason, unclear.Error())}
		}
		for _, v := range found {
			v.rateBy(db.score)
			out = append(out, Match{Package: p, Vulnerability: v})
		}
	}
	var missing []Missing
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

// match returns the flaws of one package. unclear says that some records could
// not be ordered against the version; the others are returned.
func match(shards []*shard, p Package) (out []Vulnerability, unclear, err error) {
	base := baseOf(p.Ecosystem)
	if len(shards) == 0 || !known(base, normalVersion(base, p.Version)) {
		return nil, nil, nil
	}
	at, err := place(base, p.Version)
	if err != nil {
		return nil, err, nil
	}
	var hits []hit
	for _, s := range shards {
		more, doubt, err := s.hits(at, normalName(base, p.Name), p)
		if err != nil {
			return nil, nil, err
		}
		if unclear == nil {
			unclear = doubt
		}
		hits = append(hits, more...)
	}
	for _, group := range groupByIdentity(hits) {
		out = append(out, merge(base, at, group))
	}
	slices.SortFunc(out, func(a, b Vulnerability) int { return strings.Compare(a.ID, b.ID) })
	return out, unclear, nil
}

// hits returns the entries of one shard that a version is affected by.
func (s *shard) hits(at installed, name string, p Package) (out []hit, unclear, err error) {
	list, err := s.candidates(name, p.Ecosystem)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range list {
		for _, a := range c.entries {
			in, doubt := a.affects(at)
			if !in && doubt == nil {
				continue
			}
			if err := s.fill(c); err != nil {
				return nil, nil, err
			}
			if doubt != nil && unclear == nil {
				unclear = fmt.Errorf("%s: a version of %s cannot be compared with %s: %w", c.record.ID, p.Name, p.Version, doubt)
			}
			if in {
				out = append(out, hit{c.record, a, c.entries})
			}
		}
	}
	return out, unclear, nil
}

// merge makes one vulnerability of the records that are aliases of each other.
func merge(base string, at installed, hits []hit) Vulnerability {
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
	v.Fixed = lowestFix(base, fixes, entries)
	v.References = pages(hits)
	v.rate(base, hits)
	return v
}
