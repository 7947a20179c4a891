package gate

import (
	"context"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/manifest/admission"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// reading is what the facts of one state of the repository are loaded from.
type reading struct {
	options Options
	repo    *source.Repo
	policy  *policy.Policy
	images  opened
	changes *source.Changes
	// read are the images where they were read already, in the order of images.
	read []*image.Image
}

func (in reading) load(ctx context.Context, env Env) (*facts.Project, error) {
	o, pol := in.options, in.policy
	s := facts.Sources{Repo: in.repo, Changes: in.changes, Rendered: rendered(o), Skip: pol.Skip, Waivers: pol.Waivers, Targets: pol.Targets, Ignores: pol.Hadolint.Ignores, Contexts: pol.Config.Contexts(), Policies: pol.Admission, Predict: admission.Predict, Progress: env.Progress}
	finder := bases(env, o, pol)
	s.Bases, s.Secrets = finder, pol.Runs("TW-P200")
	if pol.Runs("TW-D211") {
		s.Pins = finder.Pins
	}
	for i, img := range in.images {
		from := facts.ImageSource{Content: img.content, Dockerfile: img.option.Dockerfile, Target: img.option.Target, Name: o.Push}
		if i < len(in.read) {
			from.Read = in.read[i]
		}
		s.Images = append(s.Images, from)
	}
	if len(in.images) > 0 {
		layers, err := OpenLayers(env, o)
		if err != nil {
			return nil, err
		}
		s.Layers, s.Transfer = layers, env.Transfer
		db, err := openAdvisories(ctx, env, o, pol)
		if err != nil {
			return nil, err
		}
		s.Advisories = db
	}
	project, err := facts.Load(ctx, s)
	if err == nil {
		project.NotAnalysed = append(project.NotAnalysed, pol.Hadolint.Problems...)
		project.NotAnalysed = append(project.NotAnalysed, stale(project, time.Duration(pol.Config.Advisories.MaxAge), env.Now())...)
	}
	return project, err
}
