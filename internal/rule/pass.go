package rule

import (
	"slices"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
	"github.com/tidewaiter/tidewaiter/internal/manifest/schema"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Pass is one rule's run over a project: the whole world its check may touch.
type Pass struct {
	// Project is read-only.
	Project *facts.Project
	// Now is injected; rules never ask the clock.
	Now time.Time
	// Rule is the rule that runs.
	Rule *Rule

	// Rules are all rules of this run.
	Rules []*Rule
	// Findings are those of the rules that ran before; only AfterRules and AfterAll
	// checks see them.
	Findings []Finding

	// workload is the one that is looked at, nil where the check goes over something
	// else.
	workload *manifest.Workload
	settings map[string]any
	refusing map[*source.File]bool
	findings []*Finding
	shared   *shared
}

// shared is what several rules look at, worked out once in a run of all rules.
type shared struct {
	downloads map[*dockerfile.File][]*flow.Download
	clusters  map[*manifest.Render]*controlplane.Config
	graphs    *manifest.Graphs
	faults    map[schema.Targets]map[*manifest.Object][]manifest.Fault
	customs   *manifest.Definitions
}

// Graph returns the index of the objects that may stand in one cluster beside
// those of a render.
func (p *Pass) Graph(r *manifest.Render) *manifest.Graph { return p.graphs().Of(r) }

// Repository returns the index of all objects that the repository has, of whatever
// render: what is defined in it anywhere does not lack.
func (p *Pass) Repository() *manifest.Graph { return p.graphs().All() }

func (p *Pass) graphs() *manifest.Graphs {
	if p.shared.graphs == nil {
		p.shared.graphs = manifest.NewGraphs(p.Project.Renders)
	}
	return p.shared.graphs
}

// Downloads returns what the stages of a Dockerfile fetch, and what becomes of
// it.
func (p *Pass) Downloads(f *dockerfile.File) []*flow.Download {
	found, ok := p.shared.downloads[f]
	if !ok {
		found = flow.Of(f)
		if p.shared.downloads == nil {
			p.shared.downloads = map[*dockerfile.File][]*flow.Download{}
		}
		p.shared.downloads[f] = found
	}
	return found
}

func (p *Pass) clusterConfig(r *manifest.Render) *controlplane.Config {
	found, ok := p.shared.clusters[r]
	if !ok {
		found = controlplane.Of(r)
		if p.shared.clusters == nil {
			p.shared.clusters = map[*manifest.Render]*controlplane.Config{}
		}
		p.shared.clusters[r] = found
	}
	return found
}

// Report records a finding. The rule, and the rule's severity where none is
// given, are filled in.
func (p *Pass) Report(f Finding) {
	f.Rule = p.Rule
	if f.Severity == Unset {
		f.Severity = p.Rule.Severity
	}
	if f.Severity < High && p.refused(f) {
		f.Severity = High
	}
	f.Related = p.wayIn(f)
	if f.Fix != nil && f.Object.fromTemplate() {
		f.Fix = &Fix{Title: f.Fix.Title} // the place is found by likeness, and a template is no YAML
	}
	p.findings = append(p.findings, &f)
}

// wayIn adds to what is seriously wrong with a workload the way by which it is
// reached from outside: that is what makes it urgent.
func (p *Pass) wayIn(f Finding) []source.Related {
	if p.workload == nil || f.Severity < High {
		return f.Related
	}
	ways := p.Graph(p.workload.Object.Render).Exposures(p.workload)
	if len(ways) == 0 {
		return f.Related
	}
	at := ways[0].Path[0].Field("metadata", "name").Span()
	if !at.Valid() || slices.ContainsFunc(f.Related, func(r source.Related) bool { return r.At == at }) {
		return f.Related
	}
	return append(slices.Clip(f.Related), source.Related{At: at, Message: "reachable from outside: " + ways[0].String()})
}

// refused reports whether the Dockerfile itself wants BuildKit to fail on what
// the finding is about: "# check=error=true".
func (p *Pass) refused(f Finding) bool {
	return p.refusing[f.At.File] && slices.ContainsFunc(f.SameAs(), func(a string) bool { return strings.HasPrefix(a, "buildkit:") })
}

// refusing are the Dockerfiles that want BuildKit to fail on any warning.
func refusing(project *facts.Project) map[*source.File]bool {
	out := map[*source.File]bool{}
	for _, d := range project.Dockerfiles {
		if d.Checks.Error {
			out[d.Source] = true
		}
	}
	return out
}

// setting returns the policy's value or the default; a rule that asks for a
// setting it does not declare is a programming error that its examples hit.
func (p *Pass) setting(name string) any {
	if v, ok := p.settings[name]; ok {
		return v
	}
	for _, s := range p.Rule.Settings {
		if s.Name == name {
			return s.Default
		}
	}
	panic(p.Rule.ID + " declares no setting " + name)
}

// Int returns an integer setting.
func (p *Pass) Int(name string) int { return p.setting(name).(int) }

// Bool returns a boolean setting.
func (p *Pass) Bool(name string) bool { return p.setting(name).(bool) }

// Text returns a string setting.
func (p *Pass) Text(name string) string { return p.setting(name).(string) }

// Strings returns a list setting.
func (p *Pass) Strings(name string) []string { return p.setting(name).([]string) }
