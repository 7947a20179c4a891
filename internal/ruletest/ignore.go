package ruletest

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// ignored puts an ignore comment above each finding of an example and expects
// it to silence that finding, and a comment that names another rule to silence
// nothing.
func ignored(t *testing.T, r *rule.Rule, ex Example, found []rule.Finding, p *facts.Project) {
	t.Helper()
	for _, f := range found {
		if !f.At.Valid() || strings.HasPrefix(r.ID, "TW-P") || onDirective(f.At, p) || onIgnore(f.At, p) {
			continue
		}
		line := commentLine(f.At, p)
		for name, want := range map[string]bool{r.Name: true, "another-rule": false} {
			with := withComment(ex, f.At.Path(), line, "# tidewaiter:ignore "+name+` reason="for the test"`)
			project := Load(t, with)
			again, _ := Find(t, r, project)
			got := slices.ContainsFunc(again, func(g rule.Finding) bool {
				return g.At.Path() == f.At.Path() && g.At.Start.Line == f.At.Start.Line+1 && g.Message == f.Message && silenced(g, project)
			})
			require.Equal(t, want, got, "a comment above line %d of %s that names %s", line, f.At.Path(), name)
		}
	}
}

func silenced(f rule.Finding, p *facts.Project) bool {
	return slices.ContainsFunc(p.Ignores, func(ig source.Ignore) bool { return rule.Counts(ig, now) && f.IgnoredBy(ig) })
}

// onDirective reports whether a place is a parser directive of a Dockerfile: a
// comment above it would end the directives, so its ignores stand below it.
func onDirective(at source.Span, p *facts.Project) bool {
	return slices.ContainsFunc(p.Dockerfiles, func(d *dockerfile.File) bool {
		return d.SyntaxAt.Valid() && d.Source.Path == at.Path() && d.SyntaxAt.Start.Line == at.Start.Line
	})
}

// onIgnore reports whether a place is an ignore comment, which no other can
// silence.
func onIgnore(at source.Span, p *facts.Project) bool {
	return slices.ContainsFunc(p.Ignores, func(ig source.Ignore) bool { return ig.At == at })
}

// commentLine is the line above which a comment can stand: the finding's own,
// in a Dockerfile the first of the instruction, which may be a heredoc, and in
// YAML that of the key where the finding is inside of a block scalar.
func commentLine(at source.Span, p *facts.Project) int {
	for _, d := range p.Dockerfiles {
		if d.Source.Path != at.Path() {
			continue
		}
		for in := range d.Instructions() {
			if in.Span.Start.Line <= at.Start.Line && at.Start.Line <= in.Span.End.Line {
				return in.Span.Start.Line
			}
		}
	}
	return scalarStart(at.File, at.Start.Line)
}

// scalarStart returns the line of the key whose block scalar ("key: |") holds
// the given line, or the line itself outside of one.
func scalarStart(f *source.File, line int) int {
	depth := func(n int) int { return len(f.Line(n)) - len(strings.TrimLeft(f.Line(n), " ")) }
	for n := line - 1; n >= 1; n-- {
		if depth(n) >= depth(line) {
			continue
		}
		if strings.HasSuffix(strings.TrimRight(f.Line(n), "+-"), "|") || strings.HasSuffix(strings.TrimRight(f.Line(n), "+-"), ">") {
			return n
		}
		return line
	}
	return line
}

// withComment returns the example with a line put into one of its files, at the
// indentation of the line it stands above.
func withComment(ex Example, path string, line int, comment string) Example {
	out := ex
	out.Files = fstest.MapFS{}
	for name, f := range ex.Files {
		out.Files[name] = f
	}
	lines := strings.SplitAfter(string(ex.Files[path].Data), "\n")
	target := lines[line-1]
	indent := target[:len(target)-len(strings.TrimLeft(target, " "))]
	lines = slices.Insert(slices.Clone(lines), line-1, indent+comment+"\n")
	out.Files[path] = &fstest.MapFile{Data: []byte(strings.Join(lines, "")), Mode: 0o644}
	return out
}
