package manifest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// apply adds to the discovery what GitOps controllers apply: folders that are
// roots although others include them, and for those whose options alter the
// result a kustomization that does the same.
func (d *discovery) apply(l *library, files []string, opts Options) {
	g := l.gitops(files, d.candidates)
	d.notes = append(d.notes, g.notes...)
	d.applied = map[string]bool{}
	for i, a := range g.applications {
		if i >= maxApplications {
			d.notes = append(d.notes, a.problem(nil, fmt.Sprintf("more than the limit of %d applications; this one and those after it are not applied", maxApplications)))
			break
		}
		if opts.skips(a.dir) || opts.skips(path.Join(a.dir, "kustomization.yaml")) {
			continue
		}
		k, problem := l.kustomization(a.dir)
		switch alters := len(a.options) > 0 || a.vars != nil; {
		case k != nil && k.isComponent():
			continue
		case k == nil && problem == nil && !(a.generates && alters):
			continue // plain manifests, or a chart
		case k == nil && problem == nil:
			made, problem := l.generate(a, d.unclaimed(a.dir))
			l.make(d, made, problem)
			fallthrough
		case alters:
			made, problem := l.layer(a, i)
			l.make(d, made, problem)
		default:
			d.applied[a.dir] = true
		}
	}
	slices.Sort(d.dirs)
	d.dirs = slices.Compact(d.dirs)
}

// make adds a kustomization that is in no file.
func (l *library) make(d *discovery, k *kustomization, p *problem) {
	e := &kustEntry{k: k, err: p}
	e.once.Do(func() {})
	l.kusts[k.Dir], l.made[k.Dir] = e, k
	d.dirs = append(d.dirs, k.Dir)
}

// unclaimed returns what Flux takes from a folder without a kustomization: all
// manifests below it, and in place of those below another kustomization its
// folder.
func (d *discovery) unclaimed(dir string) []string {
	var out []string
	for _, f := range d.candidates {
		if !below(dir, f) {
			continue
		}
		for at := path.Dir(f); at != dir && at != "."; at = path.Dir(at) {
			if slices.Contains(d.dirs, at) {
				f = at
			}
		}
		if !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// entry is how a render of the kustomization is called: by its folder, or by the
// object that applies it.
func (k *kustomization) entry() string {
	if k.made == nil || !strings.HasPrefix(k.Dir, layersDir) {
		return k.Dir
	}
	return k.Path + "#" + k.made.name
}

// takesIn says that the kustomization includes another.
func (k *kustomization) takesIn() string {
	if k.made != nil {
		return k.made.String() + " applies it from here"
	}
	return "overlay " + k.Dir + " takes it in here"
}
