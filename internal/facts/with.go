package facts

import (
	"context"
	"maps"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Reread reads a Dockerfile of the project with another text, by what is known
// already: the network is not asked again.
func (p *Project) Reread(ctx context.Context, text *source.File) (*dockerfile.File, error) {
	f, err := dockerfile.Parse(text)
	if err != nil {
		return nil, err
	}
	p.bases.fill(ctx, f)
	if p.contexts != nil {
		p.contexts.Join([]*dockerfile.File{f}) // what it cannot read was said at first
	}
	return f, nil
}

// WithDockerfiles returns the project as it would be with other texts in some of
// its Dockerfiles, without reading anything again. What is joined with images
// stays as it is: they were built from the old texts, and what is said of them
// does not change by an edit.
func (p *Project) WithDockerfiles(files ...*dockerfile.File) *Project {
	out := *p
	replaced := map[string]*dockerfile.File{}
	for _, f := range files {
		replaced[f.Source.Path] = f
	}
	out.Dockerfiles = slices.Clone(p.Dockerfiles)
	out.Ignores = slices.DeleteFunc(slices.Clone(p.Ignores), func(ig source.Ignore) bool { return replaced[ig.At.Path()] != nil })
	out.NotAnalysed = slices.DeleteFunc(slices.Clone(p.NotAnalysed), func(n source.NotAnalysed) bool {
		return replaced[n.Path] != nil && n.Concern == source.ConcernDockerfile
	})
	for i, old := range p.Dockerfiles {
		f := replaced[old.Source.Path]
		if f == nil {
			continue
		}
		out.Dockerfiles[i] = f
		out.Ignores = append(out.Ignores, f.Ignores...)
		for _, n := range f.NotAnalysed {
			n.At = f.Source.LineSpan(max(n.Line, 1))
			out.NotAnalysed = append(out.NotAnalysed, n)
		}
	}
	out.Inputs, _ = inputs(out.Dockerfiles)
	return &out
}

// WithManifests returns the project as it would be with other texts in some of the
// files that its renders read, and the renders that were made again for it. What
// does not render any more is an error.
func (p *Project) WithManifests(ctx context.Context, files ...*source.File) (*Project, []manifest.Pair, error) {
	again, err := manifest.Reloaded(ctx, p.Renders, files...)
	if err != nil {
		return nil, nil, err
	}
	out := *p
	changed := map[string]bool{}
	for _, f := range files {
		changed[f.Path] = true
	}
	out.Renders, out.Manifests = again.Renders, maps.Clone(p.Manifests)
	out.Deployments = joinDeployments(again.Renders, p.Builds, p.repos)
	if out.Manifests == nil {
		out.Manifests = map[string]*source.File{}
	}
	for _, f := range files {
		out.Manifests[f.Path] = f
	}
	out.Ignores = slices.DeleteFunc(slices.Clone(p.Ignores), func(ig source.Ignore) bool { return changed[ig.At.Path()] })
	out.Ignores = append(out.Ignores, again.Ignores...)
	return &out, again.Changed, nil
}

// OnlyRenders returns the part of the project that is some of its renders: no
// Dockerfile and no image.
func (p *Project) OnlyRenders(renders ...*manifest.Render) *Project {
	out, read := *p, map[string]bool{}
	for _, r := range renders {
		for _, f := range r.Inputs {
			read[f] = true
		}
	}
	out.Renders, out.Have = renders, Have{Manifests: true}
	out.Dockerfiles, out.Images, out.Builds, out.Deployments, out.Vulnerabilities, out.Waivers, out.Inputs, out.Secrets = nil, nil, nil, nil, nil, nil, nil, nil
	out.Ignores = slices.DeleteFunc(slices.Clone(p.Ignores), func(ig source.Ignore) bool { return !read[ig.At.Path()] })
	out.NotAnalysed = slices.DeleteFunc(slices.Clone(p.NotAnalysed), func(n source.NotAnalysed) bool { return !read[n.Path] })
	return &out
}

// Only returns the part of the project that is some of its Dockerfiles and what is
// known besides of the repository: no other Dockerfile, manifest or image.
func (p *Project) Only(files ...*dockerfile.File) *Project {
	out, paths := *p, map[string]bool{}
	for _, f := range files {
		paths[f.Source.Path] = true
	}
	out.Dockerfiles, out.Have = files, Have{Dockerfiles: true}
	out.Renders, out.Images, out.Builds, out.Deployments, out.Vulnerabilities, out.Waivers, out.Secrets = nil, nil, nil, nil, nil, nil, nil
	out.prediction = nil
	out.Ignores = slices.DeleteFunc(slices.Clone(p.Ignores), func(ig source.Ignore) bool { return !paths[ig.At.Path()] })
	out.NotAnalysed = slices.DeleteFunc(slices.Clone(p.NotAnalysed), func(n source.NotAnalysed) bool { return !paths[n.Path] })
	return &out
}
