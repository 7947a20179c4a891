package manifest

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Reload is renders as they are with other texts in some files, see Reloaded.
type Reload struct {
	// Renders are in the order of the given ones; those that read none of the files
	// are the same.
	Renders []*Render
	// Changed are the pairs of renders that were made again.
	Changed []Pair
	// Ignores are the in-place waivers of the changed files.
	Ignores []source.Ignore
}

// Pair is a render before and after files have changed.
type Pair struct{ Before, After *Render }

// Reloaded makes again those renders that read any of the given files, with the
// texts of these, and shares the rest with what was read before. A file that
// does not parse any more, a root that does not render any more, and one whose
// GitOps application is in a changed file, is an error.
func Reloaded(ctx context.Context, renders []*Render, files ...*source.File) (*Reload, error) {
	out := &Reload{}
	var lib, before *library
	for _, r := range renders {
		if r.lib != nil && lib == nil {
			lib, before = r.lib.with(files), r.lib
		}
		if r.lib == nil || r.Rendered != "" || !slices.ContainsFunc(files, func(f *source.File) bool { return slices.Contains(r.Inputs, f.Path) }) {
			out.Renders = append(out.Renders, r)
			continue
		}
		again, err := lib.again(ctx, r)
		if err != nil {
			return nil, err
		}
		again.lib, again.Partial, again.Unchanged = lib, r.Partial, r.Unchanged
		out.Renders = append(out.Renders, again)
		out.Changed = append(out.Changed, Pair{r, again})
	}
	if lib == nil {
		return out, nil
	}
	var paths []string
	for _, f := range files {
		if p := lib.parse(f.Path); p.Err != nil {
			return nil, p.Err
		}
		paths = append(paths, f.Path)
	}
	slices.Sort(paths)
	if twice := lib.duplicates(paths); len(twice) > len(before.duplicates(paths)) {
		return nil, fmt.Errorf("%s:%d: %s", twice[0].Path, twice[0].Line, twice[0].Reason)
	}
	out.Ignores = lib.ignores(paths)
	return out, nil
}

// with returns a library of the same repository with other texts in some files.
// What it has read stays read, but for these and, where one of them is more than
// a resource, for the kustomizations.
func (l *library) with(files []*source.File) *library {
	out := newLibrary(l.repo)
	out.changed = maps.Clone(l.changed)
	if out.changed == nil {
		out.changed = map[string]*source.File{}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.Copy(out.parsed, l.parsed)
	maps.Copy(out.resolved, l.resolved)
	for _, f := range files {
		out.changed[f.Path] = f
		delete(out.parsed, f.Path)
	}
	for dir, e := range l.kusts {
		if e.k == nil || !e.k.reads(out.changed) {
			out.kusts[dir] = e
		}
	}
	for dir, k := range l.made {
		if !k.reads(out.changed) {
			out.made[dir] = k
		}
	}
	return out
}

// reads reports whether a kustomization has taken in the text of any of the files:
// its own, or that of a configuration.
func (k *kustomization) reads(files map[string]*source.File) bool {
	return files[k.Path] != nil || slices.ContainsFunc(k.refs, func(r reference) bool {
		return r.role == rolePlugin && files[r.target] != nil
	})
}

// again makes a render again.
func (l *library) again(ctx context.Context, r *Render) (*Render, error) {
	if r.Kustomize {
		a := l.attempt(ctx, r.root)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case a.problem != nil:
			return nil, a.problem
		case a.render == nil: // what applies the root is in a changed file
			return nil, fmt.Errorf("%s: not rendered again", r.Dir)
		}
		return a.render, nil
	}
	out := &Render{Dir: r.Dir, Inputs: r.Inputs}
	for _, file := range r.Inputs {
		f, err := l.read(file)
		if err != nil {
			return nil, err
		}
		objects, _ := l.objectsOf(f) // what cannot be read was said at first
		for _, o := range objects {
			o.Render = out
			out.Objects = append(out.Objects, o)
		}
	}
	return out, nil
}

// Difference returns the paths, without list positions, of the scalars that two
// renders of the same root differ in, as "Kind path"; false where they do not hold
// the same objects.
func (p Pair) Difference() ([]string, bool) {
	if len(p.Before.Objects) != len(p.After.Objects) {
		return nil, false
	}
	var out []string
	for i, a := range p.Before.Objects {
		b := p.After.Objects[i]
		if a.Kind != b.Kind || a.Namespace != b.Namespace {
			return nil, false
		}
		before, after := a.scalars(), b.scalars()
		for path, values := range before {
			if !slices.Equal(values, after[path]) {
				out = append(out, a.Kind+" "+path)
			}
		}
		for path := range after {
			if before[path] == nil {
				out = append(out, a.Kind+" "+path)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), true
}

// scalars returns the object's scalars by their paths without list positions, in
// their order.
func (o *Object) scalars() map[string][]string {
	out := map[string][]string{}
	var visit func(f Field, path string)
	visit = func(f Field, path string) {
		switch {
		case f.IsMap():
			for k, v := range f.Entries() {
				visit(v, path+"."+k)
			}
		case f.IsList():
			for _, v := range f.Items() {
				visit(v, path)
			}
		case f.Exists():
			out[path] = append(out[path], f.String())
		}
	}
	visit(o.Root(), "")
	return out
}

// Shape returns the field's path without list positions, as Difference writes it.
func (f Field) Shape() string {
	out := ""
	for _, s := range f.steps() {
		if _, isIndex := itemIndex(s); !isIndex {
			out += "." + s
		}
	}
	return f.object.Kind + " " + out
}
