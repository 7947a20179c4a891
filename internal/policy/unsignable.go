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
	built, deployed := sourcesOf(p)
	var out []string
	for _, n := range p.NotAnalysed {
		stops := false
		switch n.Concern {
		case source.ConcernImage, source.ConcernAdvisories:
			stops = true
		case source.ConcernDockerfile:
			stops = built[n.Path]
		case source.ConcernManifest:
			stops = deployed[n.Path]
		}
		if stops {
			out = append(out, describe(n))
		}
	}
	return out
}

// sourcesOf returns the Dockerfiles that built the images and the files read
// for the renders that deploy them.
func sourcesOf(p *facts.Project) (built, deployed map[string]bool) {
	built, deployed = map[string]bool{}, map[string]bool{}
	for _, b := range p.Builds {
		if b.Dockerfile != nil {
			built[b.Dockerfile.Source.Path] = true
		}
	}
	for _, d := range p.Deployments {
		if len(d.Builds) == 0 {
			continue
		}
		for _, in := range d.Container.Workload.Object.Render.Inputs {
			deployed[in] = true
		}
	}
	return built, deployed
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
