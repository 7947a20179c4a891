package deploy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// aggregated makes the one finding that an opinion has about a workload: at the
// first field it is about, under a key that no container's name is part of.
func aggregated(w *manifest.Workload, at manifest.Field, key, format string, args ...any) rule.Finding {
	f := finding(at, nil, format, args...)
	f.Key = key
	f.Subject = w.Object.String()
	return f
}

// eachWorkloadLacking makes a check with one finding a workload, which names all
// containers that field picks out. word makes it, its place being the field of
// the first of them.
func eachWorkloadLacking(pick func(*manifest.Container) (manifest.Field, bool), word func(p *rule.Pass, w *manifest.Workload, at manifest.Field, who string, faulty []*manifest.Container) rule.Finding) rule.Check {
	return rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		var faulty []*manifest.Container
		var at manifest.Field
		for _, c := range w.Containers {
			f, ok := pick(c)
			if !ok {
				continue
			}
			if len(faulty) == 0 {
				at = f
			}
			faulty = append(faulty, c)
		}
		if len(faulty) > 0 {
			p.Report(word(p, w, at, whoAll(faulty), faulty))
		}
	})
}

// whoAll names containers, the first few by name.
func whoAll(cs []*manifest.Container) string {
	const most = 3
	if len(cs) == 1 {
		return who(cs[0])
	}
	var names []string
	for _, c := range cs[:min(len(cs), most)] {
		names = append(names, c.Name)
	}
	if more := len(cs) - most; more > 0 {
		return fmt.Sprintf("containers %s and %d more", strings.Join(names, ", "), more)
	}
	return "containers " + verbList(names)
}

// some returns the aliases whose condition holds, never nil.
func some(aliases map[string]bool) []string {
	out := []string{}
	for a, holds := range aliases {
		if holds {
			out = append(out, a)
		}
	}
	slices.Sort(out)
	return out
}
