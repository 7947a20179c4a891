package deploy

import (
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// together returns the renders whose objects may stand in one cluster beside
// those of r. Plain manifests are read folder by folder but applied as people
// please, so all of them count; a kustomization is complete by itself.
func together(p *rule.Pass, r *manifest.Render) []*manifest.Render {
	if r.Whole() {
		return []*manifest.Render{r}
	}
	var out []*manifest.Render
	for _, other := range p.Project.Renders {
		if !other.Whole() {
			out = append(out, other)
		}
	}
	return out
}

// beside iterates the objects that may stand in one cluster beside those of r.
func beside(p *rule.Pass, r *manifest.Render) func(yield func(*manifest.Object) bool) {
	return func(yield func(*manifest.Object) bool) {
		for _, other := range together(p, r) {
			for _, o := range other.Objects {
				if !yield(o) {
					return
				}
			}
		}
	}
}

// enforcingNamespace returns the Namespace object that makes the cluster refuse
// pods for the result. Beyond the render itself only a Namespace that is the one
// of its name counts, and only where it enforces the latest standards, which are
// those the result is about.
func enforcingNamespace(p *rule.Pass, w *manifest.Workload, r manifest.PodSecurityResult) *manifest.Object {
	if r.Enforced != nil || w.Object.Namespace == "" {
		return r.Enforced
	}
	var found *manifest.Object
	for _, o := range p.Graph(w.Object.Render).Named("Namespace", w.Object.Namespace) {
		if o.APIVersion != "v1" {
			continue
		}
		if found != nil {
			return nil
		}
		found = o
	}
	if found == nil || found.Render == w.Object.Render {
		return nil // the render's own has been asked
	}
	labels := found.Labels()
	version := labels[enforceLabel+"-version"]
	level := labels[enforceLabel]
	if (version == "" || version == "latest") && (level == "restricted" || level == "baseline" && r.Level == "baseline") {
		return found
	}
	return nil
}

const enforceLabel = "pod-security.kubernetes.io/enforce"
