package facts

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/provenance"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// joinBuilds finds for every platform of an image the Dockerfile target that
// built it. An image whose Dockerfile is neither stated nor told by the history
// gets a Build without one, and a not-analysed entry.
func joinBuilds(img *image.Image, stated *dockerfile.Stage, files []*dockerfile.File, made madeBy, told statements) ([]*Build, []source.NotAnalysed) {
	var builds []*Build
	var unknown []source.NotAnalysed
	for _, p := range img.Platforms {
		b := &Build{Image: img, Platform: p}
		builds = append(builds, b)
		if stated != nil {
			b.Stated = true
			b.builtBy(stated, align(p.History, stated, made))
			b.fromProvenance(told.of(p), files)
			continue
		}
		target, fit, reason := findTarget(p, readBy(told.of(p), files), made)
		if target != nil {
			b.builtBy(target, fit)
			b.fromProvenance(told.of(p), files)
			continue
		}
		if b.fromProvenance(told.of(p), files) {
			continue
		}
		b.Fallback = onlyBase(files)
		if len(files) > 0 {
			unknown = append(unknown, source.NotAnalysed{Concern: source.ConcernAttribution, Reason: fmt.Sprintf(
				"%s (%s): %s, so its layers are not traced to instructions; write --image REF,dockerfile=PATH,target=STAGE", img.Ref, p.Platform, reason)})
		}
	}
	return builds, unknown
}

// builtBy notes the target and, where the history fits it, what made each layer.
func (b *Build) builtBy(target *dockerfile.Stage, fit alignment) {
	b.Dockerfile, b.Target = target.File, target
	if fit.matched == 0 {
		return
	}
	b.Matched, b.Steps, b.Traced = true, fit.instructions, TracedByHistory
	b.Instructions, b.BaseLayers = fit.byLayer(b.Platform)
	b.Squashed = fit.squashed
}

// readBy narrows the Dockerfiles to those that the builder says it has read, where
// the repository has any of them as it was.
func readBy(built *provenance.Build, files []*dockerfile.File) []*dockerfile.File {
	if built == nil {
		return files
	}
	var out []*dockerfile.File
	for _, f := range files {
		if slices.ContainsFunc(built.Files, func(o provenance.File) bool { return o.Text == f.Source.Text }) {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		return files
	}
	return out
}

// findTarget returns the target whose instructions are the longest suffix of
// the history. Two files that fit equally well are a tie, which only the digests of
// their base images can break; within one file the later stage is meant.
func findTarget(p *image.Platform, files []*dockerfile.File, made madeBy) (*dockerfile.Stage, alignment, string) {
	history := p.History
	var best *dockerfile.Stage
	stands := false // whether the image stands on the base of the best
	var fit alignment
	var tied []string
	for _, f := range files {
		for _, s := range f.Stages {
			if s.Implicit {
				continue // no builder built it
			}
			a := align(history, s, made)
			on := a.matched > 0 && baseHeight(p, s) > 0
			switch {
			case a.matched == 0 || a.matched < fit.matched || best != nil && a.matched == fit.matched && stands && !on:
			case a.matched > fit.matched || best.File == f || on && !stands:
				best, fit, tied, stands = s, a, []string{f.Source.Path}, on
			default:
				tied = append(tied, f.Source.Path)
			}
		}
	}
	switch tied = slices.Compact(tied); {
	case len(tied) > 1:
		return nil, alignment{}, "its history fits " + strings.Join(tied, " and ") + " equally well"
	case best == nil && len(history) == 0:
		return nil, alignment{}, "it carries no history"
	case best == nil:
		return nil, alignment{}, "its history fits no Dockerfile of the repository"
	}
	return best, fit, ""
}

// onlyBase returns the external base of the only Dockerfile's last stage, the
// last resort for findings on an image that no line explains.
func onlyBase(files []*dockerfile.File) source.Span {
	if len(files) != 1 || len(files[0].Stages) == 0 {
		return source.Span{}
	}
	last := root(files[0].Stages[len(files[0].Stages)-1])
	if last.Implicit {
		return source.Span{}
	}
	return last.Base.At
}

// statedTarget finds the stage that the user named. The Dockerfile may have a
// name that nobody would take for one.
func statedTarget(repo *source.Repo, files []*dockerfile.File, s ImageSource) (*dockerfile.Stage, *dockerfile.File, error) {
	name := path.Clean(strings.ReplaceAll(s.Dockerfile, `\`, "/"))
	if real, _, err := repo.Resolve(name); err == nil {
		name = real // as Load names it
	}
	i := slices.IndexFunc(files, func(f *dockerfile.File) bool { return f.Source.Path == name })
	var f, extra *dockerfile.File
	if i >= 0 {
		f = files[i]
	} else {
		text, err := repo.Read(name)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: dockerfile=%s: %w", s.Content.Ref, s.Dockerfile, err)
		}
		if f, err = dockerfile.Parse(text); err != nil {
			return nil, nil, fmt.Errorf("%s: dockerfile=%s: %w", s.Content.Ref, s.Dockerfile, err)
		}
		extra = f
	}
	target := stageNamed(f, s.Target)
	if target == nil {
		return nil, nil, fmt.Errorf("%s: target=%s: %s has no such stage; it has %s", s.Content.Ref, s.Target, name, stageNames(f))
	}
	return target, extra, nil
}

// stageNamed finds a stage as builders do: by name, else by index, the last one
// where nothing is named.
func stageNamed(f *dockerfile.File, name string) *dockerfile.Stage {
	if len(f.Stages) == 0 {
		return nil
	}
	if name == "" {
		return f.Stages[len(f.Stages)-1]
	}
	for _, s := range f.Stages {
		if s.Name != "" && s.Name == strings.ToLower(name) {
			return s
		}
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(f.Stages) {
		return f.Stages[i]
	}
	return nil
}

func stageNames(f *dockerfile.File) string {
	var names []string
	for i, s := range f.Stages {
		if s.Name != "" {
			names = append(names, s.Name)
		} else {
			names = append(names, strconv.Itoa(i))
		}
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
