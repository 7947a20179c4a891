package compare

import (
	"path"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Untouched reports whether a change had no part in what a finding about an image
// speaks of: neither the line that brought it in, nor what its stage did before,
// nor a file that was copied until then differs. The image of before is not at
// hand, so that whatever cannot be told counts as touched.
func Untouched(f rule.Finding, before, now State, changes *source.Changes) bool {
	if !f.At.Valid() {
		return false
	}
	d := dockerfileAt(now, f.At.Path())
	if d == nil {
		return !changes.Reaches(f.At.Path()) || sameLine(before, f)
	}
	in := instructionAt(d, f.At.Start.Line)
	if in == nil || in.Stage == nil {
		return !changes.Reaches(f.At.Path())
	}
	if in.Keyword == "FROM" {
		return sameLine(before, f)
	}
	old := before.Project.Repo
	was, err := old.Read(f.At.Path())
	if err != nil {
		return false
	}
	return stageSame(was, in.Stage, in, changes, 0)
}

func dockerfileAt(s State, name string) *dockerfile.File {
	i := slices.IndexFunc(s.Project.Dockerfiles, func(d *dockerfile.File) bool { return d.Source.Path == name })
	if i < 0 {
		return nil
	}
	return s.Project.Dockerfiles[i]
}

func instructionAt(d *dockerfile.File, line int) *dockerfile.Instruction {
	for in := range d.Instructions() {
		if line >= in.Span.Start.Line && line <= in.Span.End.Line && in.Trigger == "" {
			return in
		}
	}
	return nil
}

// sameLine reports whether the finding's line stood in its file before.
func sameLine(before State, f rule.Finding) bool {
	was, err := before.Project.Repo.Read(f.At.Path())
	if err != nil {
		return false
	}
	line := strings.TrimSpace(f.At.File.Line(f.At.Start.Line))
	for l := range strings.Lines(was.Text) {
		if strings.TrimSpace(l) == line {
			return true
		}
	}
	return false
}

// stageSame reports whether a stage did the same up to an instruction, all of it
// where that is nil.
func stageSame(was *source.File, s *dockerfile.Stage, last *dockerfile.Instruction, changes *source.Changes, depth int) bool {
	if depth > maxDepth || s.From == nil {
		return false
	}
	end := s.From.Span.End.Offset
	for _, in := range s.Instructions {
		if in.Trigger != "" {
			continue
		}
		end = max(end, in.Span.End.Offset)
		if !sourcesSame(was, in, changes, depth) {
			return false
		}
		if in == last {
			break
		}
	}
	if !strings.Contains(was.Text, s.File.Source.Text[s.From.Span.Start.Offset:end]) {
		return false
	}
	return s.Parent == nil || stageSame(was, s.Parent, nil, changes, depth+1)
}

// sourcesSame reports whether what an instruction takes from the build context and
// from other stages is the same.
func sourcesSame(was *source.File, in *dockerfile.Instruction, changes *source.Changes, depth int) bool {
	from := []*dockerfile.Reference{in.From}
	for _, m := range in.Mounts {
		if m.Type == "bind" && m.From == nil {
			return false // anything of the context
		}
		from = append(from, m.From)
	}
	for _, ref := range from {
		if ref != nil && ref.Stage != nil && !stageSame(was, ref.Stage, nil, changes, depth+1) {
			return false
		}
	}
	if in.Keyword != "COPY" && in.Keyword != "ADD" || in.From != nil {
		return true
	}
	if in.Stage.File.Context == nil {
		return false
	}
	for _, w := range in.Args[:max(len(in.Args)-1, 0)] {
		name := path.Join(in.Stage.File.Context.Dir, strings.TrimPrefix(w.Value, "/"))
		if i := strings.IndexAny(name, `*?[$\`); i >= 0 || w.Value == "" {
			name = path.Dir(name[:max(i, 0)] + "x")
		}
		if changes.Reaches(name) || changes.Below(name) {
			return false
		}
	}
	return true
}
