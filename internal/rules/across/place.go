package across

import (
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// onField begins a finding about a field of a container, with the image that
// the container runs.
func onField(f manifest.Field, c *manifest.Container, b *facts.Build) rule.Finding {
	return rule.Finding{
		At:      f.Span(),
		Related: f.Related(),
		Subject: f.Object().String() + "[" + c.Name + "]",
		Key:     c.Name,
		Object:  rule.RefObject(f, c.Name),
		Image:   rule.RefImage(b, -1),
	}
}

// securityContext returns a setting of the container, else the pod's.
func securityContext(c *manifest.Container, name string) manifest.Field {
	if f := c.Field.Get("securityContext", name); f.Exists() {
		return f
	}
	return c.Workload.PodSpec.Get("securityContext", name)
}

// userSpan is the line that decides as whom the image runs: its last USER, else
// the base image.
func userSpan(b *facts.Build) source.Span {
	if in := b.LastStep(func(in *dockerfile.Instruction) bool { return in.Keyword == "USER" }); in != nil {
		return in.Span.FirstLine()
	}
	return b.BaseSpan()
}

// relate adds a second place where it is one and not the first.
func relate(f *rule.Finding, at source.Span, message string) {
	if at.Valid() && at != f.At {
		f.Related = append(f.Related, source.Related{At: at, Message: message})
	}
}
