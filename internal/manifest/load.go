package manifest

import (
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Load reads everything that the repository deploys: its kustomization roots,
// rendered, and its plain manifests. What cannot be read becomes a
// not-analysed entry of the result; the error is only the context's.
//
// The result is the same for the same repository, whatever the order in which
// roots finish.
func Load(ctx context.Context, repo *source.Repo, opts Options) (*FileSet, error) {
	l := newLibrary(repo)
	files, _ := repo.Walk() // what Walk leaves out is reported by the one who loads the repository
	found := l.discover(files, opts)
	found.follow(repo.Links(), opts)
	found.apply(l, files, opts)
	rendered := l.rendered(opts.Rendered, l.charts(found.charts))
	found.give(opts.Rendered)
	found.notes = rendered.uncovered(found.notes)
	set := &FileSet{NotAnalysed: found.notes}
	roots := l.roots(ctx, found, opts)
	set.Unrendered = roots.unrendered
	plain := l.plain(found, roots)
	set.Renders = slices.Concat(roots.renders, plain.renders, rendered.renders)
	set.NotAnalysed = slices.Concat(set.NotAnalysed, roots.notes, plain.notes, rendered.notes)
	set.NotAnalysed = append(set.NotAnalysed, l.duplicates(inputs(slices.Concat(roots.renders, plain.renders)))...)
	set.Ignores = l.ignores(inputs(set.Renders))
	set.keepChanged(opts.Changes, roots.touched)
	for _, r := range set.Renders {
		r.lib = l
	}
	set.order()
	return set, ctx.Err()
}

// inputs are all files that any of the renders has read, sorted.
func inputs(renders []*Render) []string {
	var out []string
	for _, r := range renders {
		out = append(out, r.Inputs...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// order sorts everything by place.
func (s *FileSet) order() {
	sort.SliceStable(s.Renders, func(i, j int) bool {
		a, b := s.Renders[i], s.Renders[j]
		if a.Dir != b.Dir {
			return a.Dir < b.Dir
		}
		return a.Kustomize && !b.Kustomize
	})
	sort.SliceStable(s.NotAnalysed, func(i, j int) bool {
		a, b := s.NotAnalysed[i], s.NotAnalysed[j]
		if a.Path != b.Path {
			return a.Path < b.Path
		}
		return a.Line < b.Line
	})
}

func note(path string, line int, reason ...string) source.NotAnalysed {
	return source.NotAnalysed{Path: path, Line: line, Reason: strings.Join(reason, ""), Concern: source.ConcernManifest}
}
