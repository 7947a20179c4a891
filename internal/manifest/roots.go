package manifest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// rootSet is the outcome of rendering all roots.
type rootSet struct {
	renders []*Render
	notes   []source.NotAnalysed
	// read are the files that rendered roots have read; parts are the files that
	// are no manifests of their own: patches, settings and generated data.
	read, parts map[string]bool
	// failed are the folders of kustomizations that could not be rendered.
	failed map[string]bool
	// touched are the files that roots touched by a change lead to; unrendered
	// counts the other roots.
	touched    map[string]bool
	unrendered int
}

// roots renders every kustomization that no other one includes. Where a root
// cannot be rendered, the kustomizations it includes are tried by themselves,
// so that one mistake hides as little as possible.
func (l *library) roots(ctx context.Context, d *discovery, opts Options) *rootSet {
	out := &rootSet{read: map[string]bool{}, parts: map[string]bool{}, failed: map[string]bool{}, touched: map[string]bool{}}
	included, reached := l.included(d), map[string]bool{}
	done := map[string]bool{}
	var next []string
	start := func(dir string) {
		k, p := l.kustomization(dir)
		switch {
		case k != nil && k.isComponent() && p == nil:
			out.notes = append(out.notes, note(k.Path, k.firstLine(), "no kustomization includes this Component, so what it changes is not judged"))
		case k != nil || p != nil:
			if out.concerns(l, dir, opts.Changes) {
				next = append(next, dir)
			}
		}
		l.reach(dir, reached)
	}
	for _, dir := range d.dirs {
		k, _ := l.kustomization(dir)
		out.noteParts(k)
		if !included[dir] || d.applied[dir] {
			start(dir)
		}
	}
	for _, dir := range d.dirs {
		if !reached[dir] {
			start(dir) // one of those that include each other in a circle
		}
	}
	for len(next) > 0 && ctx.Err() == nil {
		for _, dir := range next {
			done[dir] = true
		}
		next = out.take(l, l.renderAll(ctx, next, opts), done)
	}
	out.notes = unique(out.notes)
	return out
}

// included returns the folders that some kustomization refers to.
func (l *library) included(d *discovery) map[string]bool {
	out := map[string]bool{}
	for _, dir := range d.dirs {
		if k, _ := l.kustomization(dir); k != nil {
			for _, r := range k.refs {
				if r.isDir && r.target != dir {
					out[r.target] = true
				}
			}
		}
	}
	return out
}

// reach marks a folder and all that its kustomization leads to.
func (l *library) reach(dir string, reached map[string]bool) {
	for open := []string{dir}; len(open) > 0; {
		dir := open[len(open)-1]
		open = open[:len(open)-1]
		if reached[dir] {
			continue
		}
		reached[dir] = true
		if k, _ := l.kustomization(dir); k != nil {
			for _, r := range k.refs {
				if r.isDir {
					open = append(open, r.target)
				}
			}
		}
	}
}

// attempt is one root and what came of it.
type attempt struct {
	dir     string
	k       *kustomization
	closure *closure
	render  *Render
	problem *problem
}

// renderAll renders roots side by side; the results are in the order of dirs.
func (l *library) renderAll(ctx context.Context, dirs []string, opts Options) []attempt {
	out := make([]attempt, len(dirs))
	workers := opts.Workers
	if workers <= 0 {
		workers = 2
	}
	tickets := make(chan struct{}, workers)
	var wg sync.WaitGroup
	for i, dir := range dirs {
		tickets <- struct{}{}
		wg.Go(func() {
			defer func() { <-tickets }()
			out[i] = l.attempt(ctx, dir)
		})
	}
	wg.Wait()
	return out
}

func (l *library) attempt(ctx context.Context, dir string) (a attempt) {
	a.dir = dir
	defer func() {
		if r := recover(); r != nil {
			a.problem = &problem{dir, 0, fmt.Sprintf("not rendered: %v", r)}
		}
	}()
	a.k, a.problem = l.kustomization(dir)
	if a.problem != nil || a.k == nil || ctx.Err() != nil {
		return a
	}
	if a.closure, a.problem = l.closureOf(a.k); a.problem == nil {
		a.render, a.problem = l.render(a.closure)
	}
	return a
}

// take adds the outcomes and returns the folders to try next.
func (s *rootSet) take(l *library, attempts []attempt, done map[string]bool) []string {
	var again []string
	for _, a := range attempts {
		if a.render != nil {
			s.renders = append(s.renders, a.render)
			for _, f := range a.render.Inputs {
				s.read[f] = true
			}
			continue
		}
		if a.problem == nil {
			continue
		}
		s.notes = append(s.notes, a.problem.note())
		s.failed[a.dir] = true
		if a.k == nil {
			continue
		}
		for _, r := range a.k.refs {
			sub, _ := l.kustomization(r.target)
			if r.role == roleResource && r.isDir && !done[r.target] && sub != nil && !sub.isComponent() {
				again = append(again, r.target)
			}
		}
	}
	slices.Sort(again)
	return slices.Compact(again)
}

func unique(notes []source.NotAnalysed) []source.NotAnalysed {
	var out []source.NotAnalysed
	seen := map[source.NotAnalysed]bool{}
	for _, n := range notes {
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// noteParts remembers the files that a kustomization uses as something else
// than objects.
func (s *rootSet) noteParts(k *kustomization) {
	if k == nil {
		return
	}
	for _, r := range k.refs {
		if r.role >= rolePatch && r.target != "" {
			s.parts[r.target] = true
		}
	}
}
