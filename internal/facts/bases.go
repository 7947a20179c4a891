package facts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/baseimage"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// answers are what is known of base images.
type answers map[dockerfile.BaseQuery]dockerfile.BaseAnswer

// configure finds what is known of the base images of Dockerfiles, those that
// end up in an image first, fills in the configuration of every stage and runs
// BuildKit's own checks, some of which need it. It returns what is known and what
// was not checked.
func (s Sources) configure(ctx context.Context, files []*dockerfile.File) (answers, []source.NotAnalysed) {
	finder := s.Bases
	if finder == nil {
		finder = baseimage.New(baseimage.Options{})
	}
	var wanted []dockerfile.BaseQuery
	for role := dockerfile.RoleFinal; role <= dockerfile.RoleUnused; role++ {
		for _, f := range files {
			for _, st := range f.Stages {
				if q, ok := st.Query(); ok && st.Role == role {
					wanted = append(wanted, q)
				}
			}
		}
	}
	if n := len(wanted); n > 0 {
		s.step(fmt.Sprintf("look up base images (%d)", n))
	}
	known := answers(finder.Find(ctx, wanted))
	var missing []source.NotAnalysed
	for _, f := range files {
		missing = append(missing, known.fill(ctx, f)...)
	}
	return known, missing
}

// pins asks what became of the images that Dockerfiles name by digest.
func (s Sources) pins(ctx context.Context, files []*dockerfile.File) map[string]dockerfile.Pin {
	if s.Pins == nil {
		return nil
	}
	var refs []string
	add := func(r *dockerfile.Reference) {
		if r != nil && r.Digest != "" && r.External() && !slices.Contains(refs, r.Qualified()) {
			refs = append(refs, r.Qualified())
		}
	}
	for _, f := range files {
		for _, st := range f.Stages {
			add(&st.Base)
			for _, in := range st.Instructions {
				add(in.From)
				for _, m := range in.Mounts {
					add(m.From)
				}
			}
		}
	}
	if len(refs) == 0 {
		return nil
	}
	s.step(fmt.Sprintf("compare pinned digests (%d)", len(refs)))
	return s.Pins(ctx, refs)
}

// fill configures a Dockerfile that was not configured yet.
func (a answers) fill(ctx context.Context, f *dockerfile.File) []source.NotAnalysed {
	f.Configure(a.find)
	return f.Check(ctx, a)
}

// find returns what is known of an image; one that has since been pinned to its
// digest is the one that its tag named.
func (a answers) find(q dockerfile.BaseQuery) dockerfile.BaseAnswer {
	if answer, ok := a[q]; ok {
		return answer
	}
	tagged, _, _ := strings.Cut(q.Ref, "@")
	if answer, ok := a[dockerfile.BaseQuery{Ref: tagged, Platform: q.Platform}]; ok {
		return answer
	}
	return dockerfile.BaseAnswer{Config: baseimage.FromTable(q.Ref), Unknown: "it was not looked up"}
}

// BaseConfig implements dockerfile.BaseConfigs: it hands BuildKit what was read.
// What the table knows is too little for it.
func (a answers) BaseConfig(_ context.Context, reference, platform string) ([]byte, bool) {
	c := a.find(dockerfile.BaseQuery{Ref: reference, Platform: platform}).Config
	if c == nil || !c.Full {
		return nil, false
	}
	return c.Raw, true
}
