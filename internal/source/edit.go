package source

import (
	"fmt"
	"sort"
	"strings"
)

// Edit replaces the text of a span by New. An empty span inserts.
type Edit struct {
	Span Span
	New  string
}

// Apply returns f with the edits made. All edits must be of f and must not
// overlap.
func Apply(f *File, edits []Edit) (*File, error) {
	sorted := append([]Edit(nil), edits...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Span.Start.Offset < sorted[j].Span.Start.Offset })
	var b strings.Builder
	last := 0
	for _, e := range sorted {
		if e.Span.Path() != f.Path {
			return nil, fmt.Errorf("edit of %s applied to %s", e.Span.Path(), f.Path)
		}
		if e.Span.Start.Offset < last || e.Span.End.Offset > len(f.Text) {
			return nil, fmt.Errorf("%s: edits overlap", e.Span)
		}
		b.WriteString(f.Text[last:e.Span.Start.Offset])
		b.WriteString(e.New)
		last = e.Span.End.Offset
	}
	b.WriteString(f.Text[last:])
	return NewFile(f.Path, b.String()), nil
}
