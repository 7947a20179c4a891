package rule

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile/flow"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/manifest/controlplane"
)

// Check is what a rule does, made by one of the constructors below, which say
// at once what it looks at and what it needs.
type Check struct {
	Needs []Need
	run   func(*Pass)
	phase phase
}

// phase is when a check runs: each sees the findings of the phases before.
type phase int

const (
	first   phase = iota
	second        // looks at what the others found
	last          // judges waivers
	nPhases = iota
)

// EachDockerfile looks at every Dockerfile.
func EachDockerfile(f func(*Pass, *dockerfile.File)) Check {
	return Check{Needs: []Need{NeedDockerfile}, run: func(p *Pass) {
		for _, d := range p.Project.Dockerfiles {
			if !d.Unchanged {
				f(p, d)
			}
		}
	}}
}

// EachStage looks at every stage of every Dockerfile.
func EachStage(f func(*Pass, *dockerfile.Stage)) Check {
	return EachDockerfile(func(p *Pass, d *dockerfile.File) {
		for _, s := range d.Stages {
			f(p, s)
		}
	})
}

// EachFinalStage looks at the last stage of every Dockerfile, the default target.
func EachFinalStage(f func(*Pass, *dockerfile.Stage)) Check {
	return EachStage(func(p *Pass, s *dockerfile.Stage) {
		if s.Last {
			f(p, s)
		}
	})
}

// EachInstruction looks at every instruction with one of the keywords, those
// before the first FROM included; no keyword means all.
func EachInstruction(f func(*Pass, *dockerfile.Instruction), keywords ...string) Check {
	return EachDockerfile(func(p *Pass, d *dockerfile.File) {
		for _, in := range d.Of(keywords...) {
			f(p, in)
		}
	})
}

// EachRun looks at the shell content of every RUN, and of shell-form CMD and
// ENTRYPOINT where all is true.
func EachRun(f func(*Pass, *dockerfile.Run)) Check {
	return EachInstruction(func(p *Pass, in *dockerfile.Instruction) {
		if in.Run != nil {
			f(p, in.Run)
		}
	}, "RUN")
}

// EachDownload looks at everything that the stages of a Dockerfile fetch.
func EachDownload(f func(*Pass, *flow.Download)) Check {
	return EachDockerfile(func(p *Pass, d *dockerfile.File) {
		for _, found := range p.Downloads(d) {
			f(p, found)
		}
	})
}

// EachRender looks at every set of objects that belong together.
func EachRender(f func(*Pass, *manifest.Render)) Check {
	return Check{Needs: []Need{NeedManifest}, run: func(p *Pass) {
		for _, r := range p.Project.Renders {
			if !r.Unchanged {
				f(p, r)
			}
		}
	}}
}

// EachObject looks at every object of the given kinds; none means all.
func EachObject(f func(*Pass, *manifest.Object), kinds ...string) Check {
	return EachRender(func(p *Pass, r *manifest.Render) {
		for _, o := range r.Objects {
			if len(kinds) == 0 || slices.Contains(kinds, o.Kind) {
				f(p, o)
			}
		}
	})
}

// EachWorkload looks at every pod spec of every object that runs pods.
func EachWorkload(f func(*Pass, *manifest.Workload)) Check {
	return EachRender(func(p *Pass, r *manifest.Render) {
		for _, w := range r.Workloads() {
			p.workload = w
			f(p, w)
		}
		p.workload = nil
	})
}

// EachPod looks at every object that runs pods, and at the steps that a
// controller runs in pods of its own making.
func EachPod(f func(p *Pass, w *manifest.Workload, step bool)) Check {
	return EachRender(func(p *Pass, r *manifest.Render) {
		for _, w := range r.Workloads() {
			p.workload = w
			f(p, w, false)
		}
		p.workload = nil
		for _, w := range r.Steps() {
			f(p, w, true)
		}
	})
}

// EachContainer looks at every container of every workload, and at the steps
// that a controller runs in pods of its own making.
func EachContainer(f func(*Pass, *manifest.Container)) Check {
	return EachPod(func(p *Pass, w *manifest.Workload, _ bool) {
		for _, c := range w.Containers {
			f(p, c)
		}
	})
}

// EachClusterConfig looks at the configuration of the cluster itself in every
// render that holds any.
func EachClusterConfig(f func(*Pass, *controlplane.Config)) Check {
	return EachRender(func(p *Pass, r *manifest.Render) {
		if c := p.clusterConfig(r); len(c.Components)+len(c.Documents) > 0 {
			f(p, c)
		}
	})
}

// EachBuild looks at every platform of every image, joined with the Dockerfile
// that built it where that is known.
func EachBuild(f func(*Pass, *facts.Build)) Check {
	return Check{Needs: []Need{NeedImage}, run: func(p *Pass) {
		for _, b := range p.Project.Builds {
			f(p, b)
		}
	}}
}

// EachVulnerability looks at every known flaw of every package.
func EachVulnerability(f func(*Pass, *facts.Vulnerability)) Check {
	return Check{Needs: []Need{NeedImage, NeedAdvisories}, run: func(p *Pass) {
		for _, v := range p.Project.Vulnerabilities {
			f(p, v)
		}
	}}
}

// EachDeployment looks at every container together with the images given and
// what exposes it.
func EachDeployment(f func(*Pass, *facts.Deployment)) Check {
	return Check{Needs: []Need{NeedManifest, NeedImage}, run: func(p *Pass) {
		for _, d := range p.Project.Deployments {
			f(p, d)
		}
	}}
}

// EachProject looks at the project as a whole.
func EachProject(f func(*Pass)) Check { return Check{run: f} }

// AfterRules looks at the project together with the findings of all ordinary
// rules; what it finds itself can be waived like theirs.
func AfterRules(f func(*Pass)) Check { return Check{run: f, phase: second} }

// AfterAll looks at the project together with the findings of all other rules.
func AfterAll(f func(*Pass)) Check { return Check{run: f, phase: last} }
