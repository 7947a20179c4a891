package policy

import (
	"fmt"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Unsignable says why a passing verdict must not be signed: something that
// concerns the images could not be judged. It is empty where nothing stands in
// the way.
func (v Verdict) Unsignable() []string { return slices.Clone(v.unsignable) }

// unsignable picks the not-analysed entries that concern the images of a
// project: their content, their vulnerability data, the Dockerfiles that built
// them and the renders that deploy them. A broken file elsewhere in the
// repository stops no signature.
func unsignable(p *facts.Project) []string {
	if len(p.Images) == 0 {
		return nil
	}
	mayHaveBuilt, deployed := sourcesOf(p)
	var out []string
	for _, n := range p.NotAnalysed {
		stops := false
		switch n.Concern {
		case source.ConcernImage, source.ConcernAdvisories:
			stops = true
		case source.ConcernDockerfile:
			stops = mayHaveBuilt(n.Path)
		case source.ConcernManifest:
			stops = deployed[n.Path] || n.Path == "" // without a path it is about what was given to judge
		}
		if stops {
			out = append(out, describe(n))
		}
	}
	return out
}

// sourcesOf tells which Dockerfiles may have built the images, and returns the
// files read for the renders that deploy them. Where an image's Dockerfile is
// not known, any that could not be read may be it.
func sourcesOf(p *facts.Project) (mayHaveBuilt func(path string) bool, deployed map[string]bool) {
	built, parsed := map[string]bool{}, map[string]bool{}
	known := true
	for _, b := range p.Builds {
		if b.Dockerfile == nil {
			known = false
			continue
		}
		built[b.Dockerfile.Source.Path] = true
	}
	for _, d := range p.Dockerfiles {
		parsed[d.Source.Path] = true
	}
	mayHaveBuilt = func(path string) bool { return built[path] || !known && !parsed[path] }
	deployed = map[string]bool{}
	for _, d := range p.Deployments {
		if len(d.Builds) == 0 {
			continue
		}
		for _, in := range d.Container.Workload.Object.Render.Inputs {
			deployed[in] = true
		}
	}
	return mayHaveBuilt, deployed
}

func describe(n source.NotAnalysed) string {
	switch {
	case n.Path == "":
		return n.Reason
	case n.Line == 0:
		return n.Path + ": " + n.Reason
	}
	return fmt.Sprintf("%s:%d: %s", n.Path, n.Line, n.Reason)
}
