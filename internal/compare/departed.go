package compare

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Departure is a file that was judged and whose lines stand where nothing is.
type Departure struct {
	From string
	To   *source.File
}

// Departed lists the files that were judged before, are gone, and have most of
// their lines in a changed file that is not judged now.
func Departed(was, now *facts.Project, changes *source.Changes) []Departure {
	is := judgedFiles(now)
	var gone []string
	for name := range judgedFiles(was) {
		if !is[name] && changes.Has(name) && (files{project: now}).read(name) == nil {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	var out []Departure
	compared := 0
	for _, from := range gone {
		old := (files{project: was}).read(from)
		if old == nil || strings.TrimSpace(old.Text) == "" {
			continue
		}
		for _, name := range changes.Paths {
			if is[name] || name == from {
				continue
			}
			to := (files{project: now}).read(name)
			if to == nil || len(to.Text) > 4*len(old.Text)+200 || len(old.Text) > 4*len(to.Text)+200 {
				continue
			}
			if compared++; compared > maxSimilar {
				return out
			}
			if Share(old.Text, to.Text) >= minShare {
				out = append(out, Departure{from, to})
				break
			}
		}
	}
	return out
}

// judgedFiles are the Dockerfiles and what the renders read.
func judgedFiles(p *facts.Project) map[string]bool {
	out := map[string]bool{}
	for _, d := range p.Dockerfiles {
		out[d.Source.Path] = true
	}
	for _, r := range p.Renders {
		for _, in := range r.Inputs {
			out[in] = true
		}
	}
	return out
}
