package gate

import (
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
)

// inputs turns what builds take from outside into plain data.
func inputs(p *facts.Project) []Input {
	out := make([]Input, 0, len(p.Inputs))
	for _, in := range p.Inputs {
		i := Input{Kind: string(in.Kind), Role: string(in.Role), Reference: in.Reference, Pin: string(in.Pin), Trigger: in.Trigger}
		if in.At.Valid() {
			i.Path, i.Line = in.At.Path(), in.At.Start.Line
		}
		if in.Base != nil || in.Unknown != "" {
			i.Base = base(in)
		}
		out = append(out, i)
	}
	return out
}

func base(in facts.Input) *Base {
	if in.Base == nil {
		return &Base{Unknown: in.Unknown, Root: "unknown"}
	}
	c := in.Base
	b := &Base{Source: c.Source, Digest: c.Digest, Platform: c.Platform, User: c.User, Workdir: c.Workdir, OnBuild: c.OnBuild}
	b.Root = map[dockerfile.Answer]string{dockerfile.Yes: "yes", dockerfile.No: "no", dockerfile.Unknown: "unknown"}[c.Root()]
	return b
}
