package dockerfile

import (
	"strings"

	"github.com/moby/buildkit/frontend/subrequests/lint"
)

// refusal returns why BuildKit would not build the file, if that is certain:
// what holds a variable depends on build arguments or the base image, and what
// could not be read stands in NotAnalysed.
func (f *File) refusal(err *lint.BuildError) Refusal {
	if err == nil {
		return Refusal{}
	}
	in := f.refused(err)
	if in == nil || strings.Contains(in.Span.Text(), "$") && !strings.HasPrefix(err.Message, "variable expansion is not supported") {
		return Refusal{}
	}
	line := in.Span.Start.Line
	for _, n := range f.NotAnalysed {
		if n.Line == line {
			return Refusal{}
		}
	}
	return Refusal{Line: line, Reason: err.Message}
}

// refused returns the instruction that BuildKit stopped at, nil where it cannot
// be told.
func (f *File) refused(err *lint.BuildError) *Instruction {
	if strings.HasPrefix(err.Message, "circular dependency") {
		return f.circle() // BuildKit takes any, another at each run
	}
	if ranges := err.Location.GetRanges(); len(ranges) > 0 {
		return f.instructionAt(int(ranges[0].GetStart().GetLine()))
	}
	index, isIndex := strings.CutPrefix(err.Message, "invalid stage index ")
	for in := range f.Instructions() {
		if in.From != nil && (isIndex && in.From.Written == index || !isIndex && strings.Contains(in.From.Written, "$")) {
			return in
		}
	}
	return nil
}

// circle returns the first instruction that takes from a stage that needs the
// instruction's own.
func (f *File) circle() *Instruction {
	for in := range f.Instructions() {
		for _, s := range in.uses() {
			if in.Stage != nil && s.needs(in.Stage, map[*Stage]bool{}) {
				return in
			}
		}
	}
	return nil
}

// uses returns the stages that an instruction takes files from.
func (in *Instruction) uses() []*Stage {
	var out []*Stage
	if in.From != nil && in.From.Stage != nil {
		out = append(out, in.From.Stage)
	}
	for _, m := range in.Mounts {
		if m.From != nil && m.From.Stage != nil {
			out = append(out, m.From.Stage)
		}
	}
	return out
}

// needs reports whether a stage is the other or is made from it, by whatever way.
func (s *Stage) needs(other *Stage, seen map[*Stage]bool) bool {
	if s == nil || seen[s] {
		return false
	}
	if s == other {
		return true
	}
	seen[s] = true
	for _, in := range s.Instructions {
		for _, used := range in.uses() {
			if used.needs(other, seen) {
				return true
			}
		}
	}
	return s.Parent.needs(other, seen)
}
