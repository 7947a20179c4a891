package rule

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// comparison knows where findings are, and which objects of several overlays
// are one object of a base.
type comparison struct {
	// fires are the findings of all overlays, before they are merged.
	fires map[sighting]bool
	// same are the objects of overlays by what they are in the base.
	same map[origin][]*manifest.Object
}

type sighting struct {
	rule, key string
	object    *manifest.Object
}

// origin is an object of a base: where it is written.
type origin struct {
	path string
	line int
}

func originOf(o *manifest.Object) (origin, bool) {
	at := o.Origin()
	return origin{at.Path(), at.Start.Line}, at.Valid()
}

// elsewhere says, of a base that some overlays leave at fault, which overlay
// already sets the field well, and where: it shows what to do, and that whoever
// reads the finding has thought of it once. It changes merged, which unmerged has
// become.
func elsewhere(p *facts.Project, merged []Finding, unmerged []*Finding) []Finding {
	overlays := slices.DeleteFunc(slices.Clone(p.Renders), func(r *manifest.Render) bool { return !r.Kustomize })
	if len(overlays) < 2 {
		return merged
	}
	c := &comparison{fires: make(map[sighting]bool, len(unmerged))}
	for _, f := range unmerged {
		if f.Object != nil && f.Object.field.Object() != nil {
			c.fires[sighting{f.Rule.ID, f.Key, f.Object.field.Object()}] = true
		}
	}
	for i := range merged {
		f := &merged[i]
		if f.Object == nil || f.Object.field.Object() == nil || !f.At.Valid() || !f.Object.field.Object().Render.Kustomize {
			continue
		}
		if good, ok := c.better(*f, overlays); ok {
			dir := good.Object().Render.Dir
			f.Message += "; overlay " + dir + " already sets it"
			f.Related = union(f.Related, []source.Related{{At: good.Span(), Message: "overlay " + dir + " sets it here"}})
		}
	}
	return merged
}

// better returns the field of an overlay where the finding's field is set, by
// something else than what the finding points at, and the rule has nothing to say.
func (c *comparison) better(f Finding, overlays []*manifest.Render) (manifest.Field, bool) {
	own, ok := originOf(f.Object.field.Object())
	if !ok || own.path != f.At.Path() {
		return manifest.Field{}, false // the fault is an overlay's, not the base's
	}
	if c.same == nil {
		c.index(overlays)
	}
	for _, o := range c.same[own] {
		if slices.Contains(f.Object.Overlays, o.Render.Dir) || c.fires[sighting{f.Rule.ID, f.Key, o}] {
			continue
		}
		if field := f.Object.field.In(o); field.Exists() {
			if at := field.Span(); at.Valid() && at.Path() != f.At.Path() {
				return field, true
			}
		}
	}
	return manifest.Field{}, false
}

// index finds the objects of overlays that are one in the base.
func (c *comparison) index(overlays []*manifest.Render) {
	c.same = map[origin][]*manifest.Object{}
	for _, r := range overlays {
		for _, o := range r.Objects {
			if at, ok := originOf(o); ok {
				c.same[at] = append(c.same[at], o)
			}
		}
	}
}
