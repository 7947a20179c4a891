package gate

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
	"golang.org/x/sync/errgroup"
)

// look returns who answers what edits lack: public registries and those of the
// operator for images, the server itself for files; nil where nobody may be
// asked. Only a repair asks.
func look(env Env, o Options, pol *policy.Policy) func(context.Context, rule.Lookup) (string, error) {
	if o.Offline || env.Public == nil {
		return nil
	}
	public := publicOptions(env, pol)
	client := registry.NewPublic(public)
	return func(ctx context.Context, l rule.Lookup) (string, error) {
		if l.URL != "" {
			return registry.Checksum(ctx, public, l.URL)
		}
		ref, err := registry.ParseRef(l.Image)
		if err != nil {
			return "", err
		}
		if !registry.MayAsk(ref, public.Hosts) {
			return "", fmt.Errorf("%s is not a registry that may be asked for it; name it under registries in tidewaiter.yaml", ref.Registry)
		}
		got, err := client.Resolve(ctx, l.Image)
		return got.Digest, err
	}
}

// known answers what the configuration of a base image told already: the digest
// that its registry gave for the tag.
func known(p *facts.Project) func(rule.Lookup) string {
	digests := map[string]string{}
	for _, d := range p.Dockerfiles {
		for _, s := range d.Stages {
			if s.Image != nil && s.Image.Full && s.Image.Digest != "" {
				if ref, err := registry.ParseRef(s.Base.Text); err == nil && ref.Registry == s.Image.Source {
					digests[s.Base.Text] = s.Image.Digest
				}
			}
		}
	}
	return func(l rule.Lookup) string { return digests[l.Image] }
}

// answers are the digests that were asked for; each is asked for once.
type answers struct {
	look func(context.Context, rule.Lookup) (string, error)
	mu   sync.Mutex
	got  map[string]string
	why  map[string]string
}

func newAnswers(look func(context.Context, rule.Lookup) (string, error)) *answers {
	return &answers{look: look, got: map[string]string{}, why: map[string]string{}}
}

// lookups is how many digests are asked for at a time, and maxLookups how many in
// all.
const (
	lookups    = 8
	maxLookups = 500
)

// ask looks up what the findings that count lack.
func (a *answers) ask(ctx context.Context, findings []rule.Finding, wanted func(i int) bool) {
	if a.look == nil {
		return
	}
	var group errgroup.Group
	group.SetLimit(lookups)
	started := map[string]bool{}
	for i, f := range findings {
		if f.Fix == nil || f.Fix.Lookup == nil || len(f.Fix.Edits) > 0 || !wanted(i) {
			continue
		}
		l, what := *f.Fix.Lookup, f.Fix.Lookup.What()
		if started[what] || a.seen(what) {
			continue
		}
		started[what] = true
		group.Go(func() error {
			digest, err := a.look(ctx, l)
			a.mu.Lock()
			defer a.mu.Unlock()
			if a.got[what] = digest; err != nil {
				a.got[what], a.why[what] = "", err.Error()
			}
			return nil
		})
	}
	_ = group.Wait() // failures are noted one by one
}

// seen reports whether a thing was asked for, or may not be any more.
func (a *answers) seen(what string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.got[what]; !ok && len(a.got) >= maxLookups {
		a.got[what], a.why[what] = "", fmt.Sprintf("more than the limit of %d digests were asked for; run fix again", maxLookups)
	}
	_, ok := a.got[what]
	return ok
}

func (a *answers) known(l rule.Lookup) string { return a.got[l.What()] }

func (a *answers) failures() []string {
	var out []string
	for what, why := range a.why {
		out = append(out, credential.Mask(what+": "+why))
	}
	slices.Sort(out)
	return out
}
