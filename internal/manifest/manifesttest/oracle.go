// Package manifesttest checks the claim that package manifest makes about every
// field it returns: that the line it reports is the line that sets the field.
//
// The check is causal. It changes the scalar on the reported line, renders
// again, and looks whether the rendered field has changed. It is for tests only.
package manifesttest

import (
	"fmt"
	"io/fs"
	"sort"
	"testing"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Count is the outcome of a check.
type Count struct {
	// Leaves are all scalars of all rendered objects, Located those with a place.
	Leaves, Located int
	// Checkable are those whose place can be changed alone: the project still
	// renders, to the same fields. Right are those of them that take on the change.
	Checkable, Right int
	// Broken are fields for which the changed project does not render, or renders to
	// other fields: a name that patches look for, a port that lists are merged by.
	// They are not counted as checkable.
	Broken int
	// Wrong describes the fields that did not change.
	Wrong []string
}

// Add sums two counts.
func (c Count) Add(o Count) Count {
	return Count{c.Leaves + o.Leaves, c.Located + o.Located, c.Checkable + o.Checkable, c.Right + o.Right,
		c.Broken + o.Broken, append(c.Wrong, o.Wrong...)}
}

// String returns the figures in one line.
func (c Count) String() string {
	share := 0.0
	if c.Leaves > 0 {
		share = 100 * float64(c.Checkable) / float64(c.Leaves)
	}
	return fmt.Sprintf("%d of %d checkable fields right; %d leaves, %d with a place, %.1f %% checkable, %d cannot be changed alone",
		c.Right, c.Checkable, c.Leaves, c.Located, share, c.Broken)
}

// leaf is one scalar of a rendered object.
type leaf struct {
	id    string // render, object and path
	path  string
	value string
	span  source.Span
}

// Provenance checks all kustomization roots of a repository.
func Provenance(t testing.TB, fsys fs.FS) Count {
	t.Helper()
	return ProvenanceOf(t, fsys, manifest.Field.Span)
}

// ProvenanceOf is Provenance of the places that a function reports.
func ProvenanceOf(t testing.TB, fsys fs.FS, place func(manifest.Field) source.Span) Count {
	t.Helper()
	set, err := manifest.Load(t.Context(), source.OpenFS(fsys), manifest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	first := leaves(set.Renders, place)
	o := oracle{t: t, fsys: fsys, renders: set.Renders, fields: map[site][]leaf{}, count: &Count{Leaves: len(first)}, ids: map[string]bool{}}
	var plain, touchy []site
	for _, l := range first {
		o.ids[l.id] = true
		if l.span.Valid() {
			o.count.Located++
		}
		s, ok := siteOf(l)
		if !ok {
			continue
		}
		switch known := o.fields[s] != nil; {
		case known:
		case isTouchy(l):
			touchy = append(touchy, s)
		default:
			plain = append(plain, s)
		}
		o.fields[s] = append(o.fields[s], l)
	}
	o.check(plain)
	o.check(touchy)
	sort.Strings(o.count.Wrong)
	return *o.count
}

// oracle changes many sites at once, since a field must take on the very word
// of its own site; only what fails then is changed alone.
type oracle struct {
	t    testing.TB
	fsys fs.FS
	// renders are those of the repository as it is.
	renders []*manifest.Render
	fields  map[site][]leaf
	ids     map[string]bool // of all leaves
	count   *Count
}

func (o *oracle) check(sites []site) {
	if len(sites) == 0 {
		return
	}
	words := map[site]string{}
	for i, s := range sites {
		words[s] = s.word(i)
	}
	after, ok := o.render(words)
	if !ok && len(sites) > 1 {
		o.check(sites[:len(sites)/2])
		o.check(sites[len(sites)/2:])
		return
	}
	var failed []site
	for _, s := range sites {
		switch {
		case ok && o.took(s, after, words[s]) || ok && len(sites) == 1:
			o.judge(s, after, words[s])
		case len(sites) == 1:
			o.count.Broken += len(o.fields[s])
		default:
			failed = append(failed, s)
		}
	}
	if len(failed) == len(sites) && len(sites) > 1 {
		o.check(failed[:len(failed)/2])
		o.check(failed[len(failed)/2:])
		return
	}
	o.check(failed) // what made them fail may have been another
}

// took reports whether all fields of a site have taken on a word.
func (o *oracle) took(s site, after map[string]string, word string) bool {
	for _, l := range o.fields[s] {
		if !holds(after[l.id], word) {
			return false
		}
	}
	return true
}

func (o *oracle) judge(s site, after map[string]string, word string) {
	for _, l := range o.fields[s] {
		switch {
		case holds(after[l.id], word):
			o.count.Checkable++
			o.count.Right++
		case !o.sameFields(after):
			o.count.Broken++
		default:
			o.count.Checkable++
			o.count.Wrong = append(o.count.Wrong, fmt.Sprintf("%s = %q is said to be set at %s: %s", l.id, l.value, l.span, l.span.File.Line(l.span.Start.Line)))
		}
	}
}

// sameFields reports whether a render has the fields of the first one.
func (o *oracle) sameFields(after map[string]string) bool {
	for id := range o.ids {
		if _, ok := after[id]; !ok {
			return false
		}
	}
	return len(after) == len(o.ids)
}

// render returns the values of all leaves of the changed repository. False means
// that it does not render to as much as before.
func (o *oracle) render(words map[site]string) (map[string]string, bool) {
	edits := map[string][]source.Edit{}
	files := map[string]*source.File{}
	for s, word := range words {
		if files[s.path] == nil {
			data, err := fs.ReadFile(o.fsys, s.path)
			if err != nil {
				o.t.Fatal(err)
			}
			files[s.path] = source.NewFile(s.path, string(data))
		}
		edits[s.path] = append(edits[s.path], s.edit(files[s.path], word))
	}
	var changed []*source.File
	for p, e := range edits {
		f, err := source.Apply(files[p], e)
		if err != nil {
			return nil, false // a place inside of another
		}
		changed = append(changed, f)
	}
	again, err := manifest.Reloaded(o.t.Context(), o.renders, changed...)
	if err != nil {
		return nil, false
	}
	values := map[string]string{}
	for _, l := range leaves(again.Renders, func(manifest.Field) source.Span { return source.Span{} }) {
		values[l.id] = l.value
	}
	return values, len(values) >= o.count.Leaves
}

func leaves(renders []*manifest.Render, place func(manifest.Field) source.Span) []leaf {
	var out []leaf
	for _, r := range renders {
		if !r.Kustomize {
			continue
		}
		for i, o := range r.Objects {
			walk(o.Root(), func(f manifest.Field) {
				out = append(out, leaf{fmt.Sprintf("%s: %d %s: %s", r.Dir, i, o.Kind, f.Path()), f.Path(), f.String(), place(f)})
			})
		}
	}
	return out
}

func walk(f manifest.Field, visit func(manifest.Field)) {
	switch {
	case f.IsMap():
		for _, v := range f.Entries() {
			walk(v, visit)
		}
	case f.IsList():
		for _, v := range f.Items() {
			walk(v, visit)
		}
	case f.Exists():
		visit(f)
	}
}
