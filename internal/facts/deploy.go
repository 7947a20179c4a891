package facts

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// names are the canonical repositories that an image is known under: where it
// was read, and where it is to be pushed.
func names(img *image.Image, pushed string) map[string]bool {
	out := map[string]bool{}
	for _, ref := range []string{img.Resolved.Repo, pushed} {
		if c := registry.Canonical(ref); c != "" {
			out[c] = true
		}
	}
	return out
}

// runs reports whether a container's reference names the build's image: the
// same repository, whatever its tag or digest, or the same digest anywhere.
func runs(ref manifest.ImageReference, b *Build, repos map[string]bool) bool {
	if ref.Digest != "" && (ref.Digest == b.Image.Resolved.Digest || ref.Digest == b.Platform.Digest) {
		return true
	}
	return ref.Canonical != "" && repos[ref.Canonical]
}

// joinDeployments joins the containers of all renders with the builds they run
// and the ways in from outside. Containers whose image was not given are left out.
func joinDeployments(renders []*manifest.Render, builds []*Build, repos map[*image.Image]map[string]bool) []*Deployment {
	var out []*Deployment
	graphs := manifest.NewGraphs(renders)
	for _, r := range renders {
		for _, w := range slices.Concat(r.Workloads(), r.Steps()) {
			var ways []Exposure
			asked := false
			for _, c := range w.Containers {
				d := &Deployment{Container: c}
				for _, b := range builds {
					if runs(c.Image, b, repos[b.Image]) {
						d.Builds = append(d.Builds, b)
					}
				}
				if len(d.Builds) == 0 {
					continue
				}
				if !asked {
					ways, asked = exposures(graphs.Of(r), w), true
				}
				d.Exposures = ways
				out = append(out, d)
			}
		}
	}
	return out
}

func exposures(g *manifest.Graph, w *manifest.Workload) []Exposure {
	var out []Exposure
	for _, e := range g.Exposures(w) {
		out = append(out, Exposure{Path: e.Path, Kind: e.Kind})
	}
	return out
}
