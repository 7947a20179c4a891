package rule

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Merge makes one finding of those that several overlays or platforms repeat:
// same rule, place, subject and key. It sorts by path, line, column, rule and
// key; findings without a place come last.
func Merge(in []Finding) []Finding { return mergeAll(pointers(in)) }

func pointers(in []Finding) []*Finding {
	out := make([]*Finding, len(in))
	for i := range in {
		out[i] = &in[i]
	}
	return out
}

func mergeAll(in []*Finding) []Finding {
	index := make(map[identity]int, len(in))
	kept := make([]merged, 0, len(in))
	for _, f := range in {
		id := identityOf(f)
		if at, seen := index[id]; seen {
			kept[at].add(f)
			continue
		}
		index[id] = len(kept)
		kept = append(kept, merged{first: f, severity: f.Severity, object: f.Object, related: f.Related})
	}
	slices.SortStableFunc(kept, func(a, b merged) int { return compare(a.first, b.first) })
	out := make([]Finding, len(kept))
	for i, m := range kept {
		out[i] = *m.first
		out[i].Severity, out[i].Object, out[i].Related = m.severity, m.object, m.related
	}
	return out
}

// identity tells whether two findings are one. It leaves namespace and overlay
// affixes out for findings on objects: the same source line in two overlays is
// one defect whatever it renders to.
type identity struct {
	rule, path, subject, container, key string
	line, column                        int
}

func identityOf(f *Finding) identity {
	id := identity{rule: f.Rule.ID, path: f.At.Path(), subject: f.Subject, key: f.Key, line: f.At.Start.Line, column: f.At.Start.Column}
	if f.Object != nil && f.At.Valid() {
		id.subject, id.container = f.Object.Kind, f.Object.Container
	}
	return id
}

// merged is a finding with what its repetitions add. Findings are large, so they
// are moved once, when all is known.
type merged struct {
	first    *Finding
	severity Severity
	object   *ObjectRef
	related  []source.Related
}

// add takes in a repetition, and leaves it and the first one as they are.
func (m *merged) add(f *Finding) {
	m.severity = max(m.severity, f.Severity)
	m.related = union(m.related, f.Related)
	if m.object == nil || f.Object == nil {
		return
	}
	both := *m.object
	both.Overlays = slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(both.Overlays), f.Object.Overlays...))))
	m.object = &both
}

// union adds the places that are not there yet.
func union(a, b []source.Related) []source.Related {
	out := slices.Clip(a)
	for _, r := range b {
		if len(out) < maxRelated && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

func compare(a, b *Finding) int {
	if a.At.Valid() != b.At.Valid() {
		if a.At.Valid() {
			return -1
		}
		return 1
	}
	if a.At.File != b.At.File {
		if c := strings.Compare(a.At.Path(), b.At.Path()); c != 0 {
			return c
		}
	}
	if c := a.At.Start.Offset - b.At.Start.Offset; c != 0 {
		return c
	}
	if c := strings.Compare(a.Rule.ID, b.Rule.ID); c != 0 {
		return c
	}
	if c := strings.Compare(a.Subject, b.Subject); c != 0 {
		return c
	}
	if c := strings.Compare(a.Key, b.Key); c != 0 {
		return c
	}
	return strings.Compare(a.Message, b.Message)
}
