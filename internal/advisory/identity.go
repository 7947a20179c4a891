package advisory

import (
	"slices"
	"strings"
)

// identities returns the IDs that all mean what the record is about: its own,
// its aliases, and the one it is derived from. Notices that bundle several
// flaws (DSA, USN) name several as upstream and are none of them.
func (r *record) identities() []string {
	ids := append([]string{r.ID}, r.Aliases...)
	if len(r.Upstream) == 1 {
		ids = append(ids, r.Upstream[0])
	}
	return ids
}

// bundles reports whether the record is a notice about several flaws.
func (r *record) bundles() bool { return len(r.Upstream) > 1 }

// groupByIdentity puts the hits together that are about the same flaw, in the
// order of their first records. A notice is left out where each flaw that it
// bundles is there itself.
func groupByIdentity(hits []hit) [][]hit {
	if len(hits) < 2 {
		return slices.Collect(slices.Chunk(hits, 1))
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return strings.Compare(a.record.ID, b.record.ID) })
	groups := join(hits)
	single := map[string]bool{}
	for _, g := range groups {
		for _, h := range g {
			if !h.record.bundles() {
				for _, id := range h.record.identities() {
					single[id] = true
				}
			}
		}
	}
	return slices.DeleteFunc(groups, func(g []hit) bool {
		return !slices.ContainsFunc(g, func(h hit) bool {
			return !h.record.bundles() || slices.ContainsFunc(h.record.Upstream, func(id string) bool { return !single[id] })
		})
	})
}

// join groups hits that share an ID, directly or by way of others.
func join(hits []hit) [][]hit {
	root := make([]int, len(hits))
	find := func(i int) int {
		for root[i] != i {
			i = root[i]
		}
		return i
	}
	holder := make(map[string]int, 2*len(hits))
	for i, h := range hits {
		root[i] = i
		for _, id := range h.record.identities() {
			j, known := holder[id]
			if !known {
				holder[id] = i
				continue
			}
			a, b := find(i), find(j)
			root[max(a, b)] = min(a, b)
		}
	}
	groups := make([][]hit, len(hits))
	for i, h := range hits {
		at := find(i)
		groups[at] = append(groups[at], h)
	}
	return slices.DeleteFunc(groups, func(g []hit) bool { return len(g) == 0 })
}

// identify names a flaw: by its CVE where the records agree on being about one,
// else by the first record's ID. All other IDs are aliases.
func identify(hits []hit) (id string, aliases []string) {
	var same, all []string
	for _, h := range hits {
		same = append(same, h.record.identities()...)
		all = append(all, h.record.identities()...)
		all = append(all, h.record.Upstream...)
	}
	slices.Sort(same)
	id = hits[0].record.ID
	if i := slices.IndexFunc(same, func(s string) bool { return strings.HasPrefix(s, "CVE-") }); i >= 0 {
		id = same[i]
	}
	slices.Sort(all)
	aliases = slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == id || s == "" })
	return id, aliases
}
