package fix

import (
	"slices"
	"sort"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Prepare returns the findings with their edits written out, with line feeds as
// in their file, so that no rule needs to think of it. They are copied where one
// changes.
func Prepare(findings []rule.Finding) []rule.Finding {
	out := findings
	for i := range findings {
		f := &findings[i]
		if f.Fix == nil || f.Fix.Write == nil && !slices.ContainsFunc(f.Fix.Edits, needsCRLF) {
			continue
		}
		if &out[0] == &findings[0] {
			out = slices.Clone(findings)
		}
		fix := *f.Fix
		if fix.Write != nil {
			fix.Edits = append(slices.Clone(fix.Edits), fix.Write()...)
			fix.Write = nil
		}
		fix.Edits = slices.Clone(fix.Edits)
		for k, e := range fix.Edits {
			if needsCRLF(e) {
				fix.Edits[k].New = strings.ReplaceAll(strings.ReplaceAll(e.New, "\r\n", "\n"), "\n", "\r\n")
			}
		}
		out[i].Fix = &fix
	}
	return out
}

// needsCRLF reports whether an edit adds a line to a file whose first line ends
// as on Windows.
func needsCRLF(e source.Edit) bool {
	if !strings.Contains(e.New, "\n") || e.Span.File == nil {
		return false
	}
	first, _, ok := strings.Cut(e.Span.File.Text, "\n")
	return ok && strings.HasSuffix(first, "\r")
}

// fileOf returns the one file that a finding's edits are in, nil where it has no
// edits, too many, or some in several files.
func fileOf(f rule.Finding) *source.File {
	if f.Fix == nil || len(f.Fix.Edits) == 0 || len(f.Fix.Edits) > MaxEdits {
		return nil
	}
	file := f.Fix.Edits[0].Span.File
	for _, e := range f.Fix.Edits {
		if e.Span.File != file || e.Span.Text() == e.New {
			return nil
		}
	}
	return file
}

// batches divides candidates (indexes into findings) into groups whose edits can
// be made together, the most severe findings first.
func batches(findings []rule.Finding, candidates []int) [][]int {
	order := slices.Clone(candidates)
	slices.SortStableFunc(order, func(a, b int) int { return int(findings[b].Severity) - int(findings[a].Severity) })
	var out [][]int
	for len(order) > 0 {
		var batch, rest []int
		taken := map[*source.File]*intervals{}
		for _, i := range order {
			file := findings[i].Fix.Edits[0].Span.File
			if taken[file] == nil {
				taken[file] = &intervals{}
			}
			if taken[file].add(findings[i].Fix.Edits) {
				batch = append(batch, i)
			} else {
				rest = append(rest, i)
			}
		}
		if len(batch) == 0 {
			break // each overlaps itself
		}
		slices.Sort(batch)
		out, order = append(out, batch), rest
	}
	return out
}

// interval is a range of bytes that an edit replaces.
type interval struct{ start, end int }

// intervals are the edited parts of a file, sorted. No two share text or touch:
// the order in which they are made would decide what is written.
type intervals struct{ list []interval }

// add takes edits in, all or none, and reports whether they fit.
func (t *intervals) add(edits []source.Edit) bool {
	for n, e := range edits {
		next := interval{e.Span.Start.Offset, e.Span.End.Offset}
		i := sort.Search(len(t.list), func(i int) bool { return t.list[i].start >= next.start })
		if i > 0 && t.list[i-1].end >= next.start || i < len(t.list) && t.list[i].start <= next.end {
			t.remove(edits[:n])
			return false
		}
		t.list = slices.Insert(t.list, i, next)
	}
	return true
}

func (t *intervals) remove(edits []source.Edit) {
	for _, e := range edits {
		t.list = slices.DeleteFunc(t.list, func(i interval) bool { return i.start == e.Span.Start.Offset })
	}
}
