package facts

import (
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
)

// prediction is worked out when a rule first asks for it.
type prediction struct {
	once    sync.Once
	predict func() *manifest.Prediction
	result  *manifest.Prediction
}

// Admission returns what admission policies and the project's own rules say of
// the objects of all renders. It is worked out once; safe for concurrent use.
func (p *Project) Admission() *manifest.Prediction {
	if p.prediction == nil {
		return &manifest.Prediction{}
	}
	p.prediction.once.Do(func() { p.prediction.result = p.prediction.predict() })
	return p.prediction.result
}

func newPrediction(p *Project, s Sources) *prediction {
	if s.Predict == nil {
		return nil
	}
	images := map[*manifest.Container]*Build{}
	for _, d := range p.Deployments {
		if len(d.Builds) == 1 {
			images[d.Container] = d.Builds[0]
		}
	}
	in := manifest.Admission{Renders: p.Renders, Given: s.Policies, Image: func(c *manifest.Container) map[string]any {
		if b := images[c]; b != nil {
			return configuration(b.Platform.Config)
		}
		return nil
	}}
	return &prediction{predict: func() *manifest.Prediction { return s.Predict(in) }}
}

// configuration names the parts of an image's configuration as the image
// specification does
// (https://github.com/opencontainers/image-spec/blob/main/config.md), with its
// sets as lists.
func configuration(c image.Config) map[string]any {
	labels := map[string]any{}
	for k, v := range c.Labels {
		labels[k] = v
	}
	return map[string]any{"User": c.User, "Env": texts(c.Env), "Entrypoint": texts(c.Entrypoint), "Cmd": texts(c.Cmd), "WorkingDir": c.WorkingDir,
		"ExposedPorts": texts(c.Exposed), "Volumes": texts(c.Volumes), "Labels": labels}
}

func texts(in []string) []any {
	out := make([]any, len(in))
	for i, s := range in {
		out[i] = s
	}
	return out
}
