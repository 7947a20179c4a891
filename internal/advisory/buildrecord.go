package advisory

import (
	"encoding/binary"
	"slices"
	"strings"
)

func appendCount(b []byte, n int) []byte { return binary.AppendUvarint(b, uint64(n)) }

// namedEntry is what a record says of one package.
type namedEntry struct {
	name  string
	entry *affected
}

// split sorts the entries of a record by the shard they belong to, and in it by
// name. paid counts those of releases that no image's os-release names, such as
// "Ubuntu:Pro:22.04:LTS".
func (r *record) split(base string) (groups map[shardKey][]namedEntry, paid int) {
	kind := KindFlaws
	if r.malicious() {
		kind = KindMalware
	}
	groups = map[shardKey][]namedEntry{}
	for i := range r.Affected {
		a := &r.Affected[i]
		if baseOf(a.Package.Ecosystem) != base || a.Package.Name == "" {
			continue
		}
		ecosystem := strings.TrimSuffix(a.Package.Ecosystem, ":LTS")
		if strings.Count(ecosystem, ":") > 1 {
			paid++
			continue
		}
		if kind == KindMalware {
			ecosystem = base
		}
		a.Ranges = slices.DeleteFunc(a.Ranges, func(g versionRange) bool { return g.Type == "GIT" })
		if len(a.Ranges)+len(a.Versions) == 0 {
			continue // commits only: no installed package names one
		}
		key := shardKey{ecosystem, kind}
		groups[key] = append(groups[key], namedEntry{normalName(base, a.Package.Name), a})
	}
	for _, list := range groups {
		slices.SortStableFunc(list, func(a, b namedEntry) int { return strings.Compare(a.name, b.name) })
	}
	return groups, paid
}

// dropEnumerated removes the enumerated versions that the ranges hold anyway.
// It returns 1 where a version could not be ordered; such a one is kept.
func (a *affected) dropEnumerated(base string) (odd int) {
	if len(a.Ranges) == 0 {
		return 0
	}
	a.Versions = slices.DeleteFunc(a.Versions, func(v string) bool {
		at, err := place(base, v)
		if err != nil {
			odd = 1
			return false
		}
		for _, g := range a.Ranges {
			in, err := g.holds(at)
			if err != nil {
				odd = 1
			}
			if in {
				return true
			}
		}
		return false
	})
	return odd
}
