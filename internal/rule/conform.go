package rule

import (
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
)

// TargetVersions is the setting of the rules that ask which releases of
// Kubernetes the manifests must run on.
func TargetVersions() Setting {
	return Setting{
		Name:    targetVersions,
		Default: []string{"1.35", "1.36", "1.37"},
		Doc:     "The releases of Kubernetes that the manifests must run on.",
	}
}

const targetVersions = "kubernetes-versions"

// Targets are the oldest and the newest release of the setting TargetVersions.
func (p *Pass) Targets() schema.Targets {
	var out schema.Targets
	for _, v := range p.Strings(targetVersions) {
		x, ok := Minor(v)
		if !ok {
			continue
		}
		if out.Oldest == 0 || x < out.Oldest {
			out.Oldest = x
		}
		out.Newest = max(out.Newest, x)
	}
	return out
}

// Minor returns x of "1.x", "v1.x" and "1.x.3", and false for anything else.
func Minor(version string) (int, bool) {
	rest, ok := strings.CutPrefix(strings.TrimPrefix(version, "v"), "1.")
	if !ok {
		return 0, false
	}
	x, _, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(x)
	return n, err == nil && n >= 0
}

// Faults returns what of an object of Kubernetes' own kinds does not fit the
// schema of the target releases: nothing for other kinds, and nothing for a kind
// that a target no longer serves, whose fields do not matter any more.
func (p *Pass) Faults(o *manifest.Object) []manifest.Fault {
	targets := p.Targets()
	if targets.Newest == 0 {
		return nil
	}
	found, ok := p.shared.faults[targets]
	if !ok {
		found = p.conform(targets)
		if p.shared.faults == nil {
			p.shared.faults = map[schema.Targets]map[*manifest.Object][]manifest.Fault{}
		}
		p.shared.faults[targets] = found
	}
	return found[o]
}

// conform holds every object against its schema. Objects without faults have no
// entry.
func (p *Pass) conform(targets schema.Targets) map[*manifest.Object][]manifest.Fault {
	out := map[*manifest.Object][]manifest.Fault{}
	for _, r := range p.Project.Renders {
		for _, o := range r.Objects {
			k := schema.Kubernetes().Kind(o.APIVersion, o.Kind)
			if k == nil || k.Type == nil || k.Removed != 0 && k.Removed <= targets.Newest {
				continue
			}
			if faults := o.Conform(k.Type, targets); faults != nil {
				out[o] = faults
			}
		}
	}
	return out
}

// Definitions returns the custom resource definitions of the project.
func (p *Pass) Definitions() *manifest.Definitions {
	if p.shared.customs == nil {
		p.shared.customs = manifest.NewDefinitions(p.Project.Renders)
	}
	return p.shared.customs
}
