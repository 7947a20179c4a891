package gate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/revision"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// loadPolicy reads the policy of a run. Where nobody has accepted the change that
// is judged, each of its files is that of the state before; where that has none,
// the change's own, which is said, and on a fork none.
func (b *basis) loadPolicy(ctx context.Context, repo *source.Repo, o Options) (*policy.Policy, error) {
	if !b.governs() {
		return compile(repo, repo, repo, repo, o)
	}
	// A mistake in the change's own policy is told of now, not after it was accepted.
	own, err := compile(repo, repo, repo, repo, o)
	if err != nil {
		return nil, err
	}
	var config, hadolint, baseline *source.Repo
	if config, err = b.side(repo, "configuration", func(r *source.Repo) (bool, error) {
		f, err := configFile(r, inside(o))
		return f != nil, err
	}); err != nil {
		return nil, err
	}
	hadolint, _ = b.side(repo, "configuration of hadolint", func(r *source.Repo) (bool, error) {
		h := policy.FindHadolint(r)
		return h.File != nil || len(h.Problems) > 0, nil
	})
	if baseline, err = b.side(repo, "baseline", func(r *source.Repo) (bool, error) {
		found, err := policy.FindBaseline(r)
		return found.File != nil, err
	}); err != nil {
		return nil, err
	}
	o, err = b.named(ctx, o)
	if err != nil {
		return nil, err
	}
	pol, err := compile(repo, config, hadolint, baseline, o)
	if err != nil {
		return nil, err
	}
	// Waivers are no part of the digest.
	if own.Digest != pol.Digest || !slices.EqualFunc(own.Waivers, pol.Waivers, sameWaiver) {
		b.own = own
	}
	return pol, nil
}

// sameWaiver compares waivers wherever they stand in their file.
func sameWaiver(a, b source.Waiver) bool {
	a.At, b.At = source.Span{}, source.Span{}
	return a == b
}

// side says which state a file of the policy is taken from: that before where it
// has one, else the change's, and on a fork none.
func (b *basis) side(repo *source.Repo, what string, has func(*source.Repo) (bool, error)) (*source.Repo, error) {
	if b.repo != nil {
		if found, err := has(b.repo); err != nil || found {
			return b.repo, err
		}
	}
	found, err := has(repo)
	switch {
	case err != nil || !found:
		return repo, err
	case b.comparison.Fork:
		b.note("The %s that this change brings does not count, since it comes from a fork", what)
		return nowhere(), nil
	}
	b.note("The %s is that of this change: there is none in the state before", what)
	return repo, nil
}

// named takes a configuration or policies that the operator names, and that lie in
// the repository, from the state before.
func (b *basis) named(ctx context.Context, o Options) (Options, error) {
	if o.Config == "" || inside(o) != "" {
		return o, ctx.Err()
	}
	tree, err := revision.Tree(ctx, filepath.Dir(o.Config), b.comparison.Since)
	if err != nil {
		b.note("The configuration %s is taken as the step names it", o.Config)
		return o, nil //nolint:nilerr // it lies in no repository, so no change can bring it
	}
	f, err := source.OpenFS(tree).Read(filepath.Base(o.Config))
	if err != nil {
		if b.comparison.Fork {
			b.note("The configuration %s that this change brings does not count, since it comes from a fork", o.Config)
			o.Config = ""
			return o, nil
		}
		b.note("The configuration %s is that of this change: it is not in the state before", o.Config)
		return o, nil
	}
	o.config = source.NewFile(filepath.ToSlash(o.Config), f.Text)
	return o, nil
}

// inside is the path below the repository of a configuration that the operator
// names, "" for none or one elsewhere.
func inside(o Options) string {
	if o.Config == "" {
		return ""
	}
	rel, err := filepath.Rel(whole(o.Path), whole(o.Config))
	if err != nil || !filepath.IsLocal(rel) {
		return ""
	}
	return filepath.ToSlash(rel)
}

// compile reads and checks the files of a policy, each from its own state.
func compile(repo, config, hadolint, baseline *source.Repo, o Options) (*policy.Policy, error) {
	file, err := configuration(config, repo, o)
	if err != nil {
		return nil, err
	}
	c, err := policy.Parse(file)
	if err != nil {
		return nil, err
	}
	if err := contextsExist(config, c); err != nil {
		return nil, err
	}
	if config != repo {
		c.Images = present(repo, c.Images)
	}
	pol, err := policy.Compile(file, c, policy.FindHadolint(hadolint), policy.Overrides{FailOn: o.FailOn, Rules: o.Rules}, rules.All())
	if err != nil {
		return nil, err
	}
	if pol.Baseline, err = policy.FindBaseline(baseline); err != nil {
		return nil, err
	}
	if pol.Baseline.File != nil {
		pol.Include(pol.Baseline.File)
	}
	return pol, addPolicies(config, o, pol)
}

// configuration reads the configuration that the operator names, or that of a state.
func configuration(from, repo *source.Repo, o Options) (*source.File, error) {
	switch name := inside(o); {
	case o.config != nil:
		return o.config, nil
	case name != "" && from != repo:
		return configFile(from, name)
	case o.Config != "":
		return namedFile(o.Config)
	}
	return policy.Find(from)
}

// configFile reads the configuration of a state, by default the one that is found;
// nil where there is none.
func configFile(repo *source.Repo, name string) (*source.File, error) {
	if name == "" {
		return policy.Find(repo)
	}
	f, err := repo.Read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return f, err
}

// nowhere is a repository without files.
func nowhere() *source.Repo { return source.OpenFS(emptyFS{}) }

type emptyFS struct{}

func (emptyFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// present are the entries of images whose build context is there in this state.
func present(repo *source.Repo, images []policy.ImageConfig) []policy.ImageConfig {
	out := slices.Clone(images)
	for i, img := range out {
		if _, isDir, err := repo.Resolve(img.Context); img.Context != "" && (err != nil || !isDir) {
			out[i].Context = ""
		}
	}
	return out
}

// contextsExist refuses a configuration that names a build context that is no
// folder: what is copied from there would silently be nothing.
func contextsExist(repo *source.Repo, c policy.Config) error {
	for _, img := range c.Images {
		if img.Context == "" {
			continue
		}
		if real, isDir, err := repo.Resolve(img.Context); err != nil || !isDir || real != img.Context {
			return &policy.ConfigError{Err: fmt.Errorf("%s: images: the context %q of %s is no folder of the repository; correct it, or leave it out", img.At(), img.Context, img.Dockerfile)}
		}
	}
	return nil
}

// effect tells what a policy that the change brings would make of this run.
func (b *basis) effect(r *Result, p *facts.Project, v policy.Verdict, now time.Time) error {
	if b == nil || b.own == nil {
		return nil
	}
	findings, err := rule.Run(b.own.Rules, p, now)
	if err != nil {
		return err
	}
	c := &PolicyChange{Digest: b.own.Digest, Examples: []string{}}
	today, then := map[string]policy.Judged{}, map[string]bool{}
	for _, j := range v.All() {
		today[j.Fingerprint] = j
	}
	for _, j := range policy.Judge(b.own, findings, p, now).Findings() {
		then[j.Fingerprint] = j.Blocking
		if old, known := today[j.Fingerprint]; j.Blocking && !old.Blocking && !(known && old.Existing) {
			c.Blocks++
		}
	}
	for _, j := range v.All() {
		if j.Blocking && !then[j.Fingerprint] {
			c.Unblocks++
			c.example(&j)
		}
	}
	r.Change.Policy = c
	r.Change.Notes = append(r.Change.Notes, fmt.Sprintf("This change alters the policy. It does not count yet; with it, %s that block now would not, and %s that do not would.",
		number(c.Unblocks, "finding"), number(c.Blocks, "finding")))
	return nil
}

func (c *PolicyChange) example(j *policy.Judged) {
	if len(c.Examples) < 10 {
		c.Examples = append(c.Examples, fmt.Sprintf("%s (%s) %s", j.Rule.Name, j.Rule.ID, j.At))
	}
}
