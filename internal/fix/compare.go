package fix

import (
	"context"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// change is one Dockerfile before and after edits.
type change struct {
	before, after *dockerfile.File
	shift         shift
	// touched are the instructions of before that edits lie in.
	touched []source.Span
}

// newChange makes the edits and reads the file again; nil where the result is no
// Dockerfile any more, or differs in what was not edited.
func newChange(ctx context.Context, p *facts.Project, before *dockerfile.File, edits []source.Edit) *change {
	text, err := source.Apply(before.Source, edits)
	if err != nil {
		return nil
	}
	after, err := p.Reread(ctx, text)
	if err != nil {
		return nil
	}
	c := &change{before: before, after: after, shift: newShift(edits)}
	for in := range before.Instructions() {
		if c.shift.touches(in.Span) {
			c.touched = append(c.touched, in.Span)
		}
	}
	if !c.restIsSame() {
		return nil
	}
	return c
}

// restIsSame reports whether every instruction that no edit lies in is there
// again, at its place and letter by letter, and the file is as well understood
// as before.
func (c *change) restIsSame() bool {
	if len(c.after.Stages) != len(c.before.Stages) || len(c.after.NotAnalysed) != len(c.before.NotAnalysed) ||
		len(c.after.Ignores) != len(c.before.Ignores) || c.after.Escape != c.before.Escape {
		return false
	}
	found := map[int]*dockerfile.Instruction{}
	for in := range c.after.Instructions() {
		found[in.Span.Start.Offset] = in
	}
	for in := range c.before.Instructions() {
		lo, hi := c.shift.at(in.Span.Start.Offset)
		edited := c.shift.touches(in.Span)
		if edited && lo != hi {
			continue // the edit is of its very beginning
		}
		// One that an edit lies in must still begin where it did: else the one before
		// it has swallowed it.
		if now := found[lo]; now == nil || !edited && (now.Keyword != in.Keyword || now.Span.Text() != in.Span.Text()) {
			return false
		}
	}
	return true
}

// where is a finding's place before the edits: its file, and the offsets that it
// may have after them.
type where struct {
	file   *source.File // that of after the edits
	lo, hi int
	// optional is true where the finding may go with the edits: it speaks of an
	// instruction that they change.
	optional bool
}

// identity is what stays the same of a finding while lines move.
type identity struct{ rule, path, key string }

func identify(f rule.Finding) identity { return identity{f.Rule.ID, f.At.Path(), f.Key} }

// compare returns the paths of the files whose edits did something else than
// removing the targets (indexes into before): a finding that stayed, a new one,
// or one that went from a place that was not edited. "" stands for what lies in
// no edited file.
func compare(before, after []rule.Finding, targets []int, changes []*change) map[string]bool {
	bad := map[string]bool{}
	expected, got := map[identity][]where{}, map[identity][]rule.Finding{}
	same, target := map[source.Span]bool{}, map[int]bool{}
	for _, i := range targets {
		same[before[i].At], target[i] = true, true
	}
	byFile := map[*source.File]*change{}
	for _, c := range changes {
		byFile[c.before.Source] = c
	}
	for i, f := range before {
		if !target[i] {
			expected[identify(f)] = append(expected[identify(f)], locate(f, byFile[f.At.File], same[f.At]))
		}
	}
	for _, f := range after {
		got[identify(f)] = append(got[identify(f)], f)
	}
	for id, places := range expected {
		if !matches(places, got[id]) {
			blame(bad, id.path, changes)
		}
	}
	for id := range got {
		if expected[id] == nil {
			blame(bad, id.path, changes)
		}
	}
	return bad
}

func blame(bad map[string]bool, path string, changes []*change) {
	if !slices.ContainsFunc(changes, func(c *change) bool { return c.before.Source.Path == path }) {
		path = ""
	}
	bad[path] = true
}

// locate returns where a finding is expected after the change of its file, which
// is nil where that is not edited.
func locate(f rule.Finding, c *change, sameAsTarget bool) where {
	at := f.At.Start.Offset
	if c == nil || !f.At.Valid() {
		return where{file: f.At.File, lo: at, hi: at}
	}
	w := where{file: c.after.Source}
	w.lo, w.hi = c.shift.at(at)
	w.optional = sameAsTarget || slices.ContainsFunc(c.touched, func(s source.Span) bool {
		return s.Start.Offset <= at && at <= s.End.Offset
	})
	return w
}

// matches reports whether the findings of one identity are those expected: each
// where it should be, none besides, none missing but optional ones. Both lists
// are in the order of their places.
func matches(expected []where, got []rule.Finding) bool {
	for _, w := range expected {
		switch {
		case len(got) > 0 && got[0].At.File == w.file && w.lo <= got[0].At.Start.Offset && got[0].At.Start.Offset <= w.hi:
			got = got[1:]
		case !w.optional:
			return false
		}
	}
	return len(got) == 0
}
