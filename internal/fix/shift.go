package fix

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// shift tells where a place of a file is after edits.
type shift struct{ edits []source.Edit } // sorted, without overlaps

func newShift(edits []source.Edit) shift {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b source.Edit) int { return a.Span.Start.Offset - b.Span.Start.Offset })
	return shift{sorted}
}

// at returns the first and the last offset that may stand for the given one: a
// place where text was put in may be before or after it, and one inside of text
// that was replaced anywhere in the new.
func (s shift) at(offset int) (lo, hi int) {
	delta := 0
	for _, e := range s.edits {
		start, end := e.Span.Start.Offset, e.Span.End.Offset
		switch {
		case end < offset || end == offset && start < end:
			delta += len(e.New) - (end - start)
		case start <= offset:
			return start + delta, max(start+len(e.New), offset+len(e.New)-(end-start)) + delta
		default:
			return offset + delta, offset + delta
		}
	}
	return offset + delta, offset + delta
}

// touches reports whether an edit lies in a span or at its borders.
func (s shift) touches(span source.Span) bool {
	return slices.ContainsFunc(s.edits, func(e source.Edit) bool {
		return e.Span.Start.Offset <= span.End.Offset && span.Start.Offset <= e.Span.End.Offset
	})
}
