package facts

import (
	"path"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// leave marks the Dockerfiles that the change does not touch, drops what is said
// of them, and counts all that is left out. The readers' entries are those of w.
func (p *Project) leave(w *world) {
	if p.Changes == nil {
		return
	}
	left := map[string]bool{}
	for _, d := range p.Dockerfiles {
		if d.Unchanged = !touches(p.Changes, d); d.Unchanged {
			left[d.Source.Path] = true
			p.Left.Dockerfiles++
		}
	}
	w.notAnalysed[1] = slices.DeleteFunc(w.notAnalysed[1], func(n source.NotAnalysed) bool {
		return n.Concern == source.ConcernDockerfile && (left[n.Path] || dockerfile.IsDockerfile(n.Path) && !p.Changes.Reaches(n.Path))
	})
	p.Left.Roots = w.manifests.Unrendered
	for _, r := range p.Renders {
		if r.Unchanged {
			p.Left.Folders++
		}
	}
}

// touches reports whether a change touches a Dockerfile or what keeps files from
// its context.
func touches(c *source.Changes, d *dockerfile.File) bool {
	own := d.Source.Path
	files := []string{own, own + ".dockerignore", path.Join(path.Dir(own), ".dockerignore")}
	if d.Context != nil {
		files = append(files, path.Join(d.Context.Dir, ".dockerignore"))
	}
	return slices.ContainsFunc(files, c.Reaches)
}
