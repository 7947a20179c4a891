package gate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/advisory"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/fix"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Run is the whole of the product: sources become facts, rules turn facts into
// findings, the policy turns findings into a verdict, and what passed is pushed
// and signed. Where the verdict was reached but the push or the signature
// failed, both a result and an error come back: nothing found is lost.
func Run(ctx context.Context, env Env, o Options) (*Result, error) {
	watch := newStopwatch(env.Now)
	if err := o.check(ctx, env); err != nil {
		return nil, err
	}
	repo, err := source.Open(o.Path)
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("%s: not a folder that can be read: %v", o.Path, err)}
	}
	defer repo.Close()
	basis, err := openBasis(ctx, env, o)
	if err != nil {
		return nil, err
	}
	pol, err := basis.loadPolicy(ctx, repo, o)
	if err != nil {
		return nil, err
	}
	if o.Sign && o.UnprotectedRef != "" && !slices.Contains(pol.Config.Sign.Refs, o.UnprotectedRef) {
		return nil, &UsageError{fmt.Sprintf("--sign is refused for %s, which is not protected: whoever may push could have anything signed. Sign on tags, releases or a protected branch, or list it in tidewaiter.yaml, sign: {refs: [%s]}", o.UnprotectedRef, o.UnprotectedRef)}
	}
	images, err := openImages(ctx, env, o, pol)
	if err != nil {
		return nil, err
	}
	defer images.close()
	changes, err := changesSince(ctx, env, o)
	if err != nil {
		return nil, err
	}
	in := reading{options: o, repo: repo, policy: pol, images: images, changes: changes}
	project, err := in.load(ctx, env)
	if err != nil {
		return nil, err
	}
	watch.lap("facts")
	was, err := basis.judgeBefore(ctx, env, in, project.Images)
	if err != nil {
		return nil, err
	}
	project.NotAnalysed = append(project.NotAnalysed, basis.departures(was, project)...)
	watch.lap("before")
	got, err := basis.judge(env, in, project, was)
	if err != nil {
		return nil, err
	}
	result := got.result
	watch.lap("judge")
	if o.Edits {
		result.offer(ctx, fix.World{Project: project, Rules: pol.Rules, Now: env.Now()}, got.findings)
		watch.lap("prove")
	}
	err = release(ctx, env, o, pol, project, got.verdict, images, result)
	watch.lap("release")
	result.Timings = watch.laps
	if err != nil {
		result.Result, result.Error = "error", credential.Mask(err.Error())
	}
	return result, err
}

// LoadPolicy reads the policy by which Run would judge with the same options.
func LoadPolicy(o Options) (*policy.Policy, error) {
	repo, err := source.Open(o.Path)
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("%s: not a folder that can be read: %v", o.Path, err)}
	}
	defer repo.Close()
	return compile(repo, repo, repo, repo, o)
}

// stale reports advisory data that is older than the policy allows, or than
// MaxAdvisoryAge where the policy says nothing and the data's publisher says when
// he published it; data without a date is older than any limit.
func stale(p *facts.Project, maxAge time.Duration, now time.Time) []source.NotAnalysed {
	limit := "advisories.max-age allows"
	if maxAge == 0 && p.Advisories.Published {
		maxAge, limit = MaxAdvisoryAge, "the 5 days that a signature allows"
	}
	if maxAge == 0 || !p.Have.Advisories || !p.Advisories.Updated.IsZero() && now.Sub(p.Advisories.Updated) <= maxAge {
		return nil
	}
	reason := fmt.Sprintf("advisory data of %s is older than %s; fetch or build it anew", p.Advisories.Updated.Format(time.DateOnly), limit)
	if p.Advisories.Updated.IsZero() {
		reason = "advisory data without a date counts as older than " + limit + "; set advisories.date"
	}
	return []source.NotAnalysed{{Concern: source.ConcernAdvisories, Reason: reason}}
}

// MaxAdvisoryAge is how old published advisory data may be for a signature where
// the policy says nothing; WarnAdvisoryAge is when reports begin to warn.
const (
	MaxAdvisoryAge  = 5 * 24 * time.Hour
	WarnAdvisoryAge = 24 * time.Hour
)

// aged warns of published advisory data that gets old, "" where there is no need.
func aged(p *facts.Project, now time.Time) string {
	age := now.Sub(p.Advisories.Updated)
	if !p.Have.Advisories || !p.Advisories.Published || p.Advisories.Updated.IsZero() || age <= WarnAdvisoryAge {
		return ""
	}
	return fmt.Sprintf("%d hours old: flaws known since are not among the findings", int(age.Hours()))
}

func openAdvisories(ctx context.Context, env Env, o Options, pol *policy.Policy) (*advisory.DB, error) {
	from := o.Advisories
	if from == "" {
		from = pol.Config.Advisories.Source
	}
	return advisory.Open(ctx, from, advisory.Options{Transport: env.Transport, CacheDir: env.CacheDir,
		Offline: o.Offline, Now: env.Now, Date: pol.Config.Advisories.Date})
}

// stopwatch measures the phases of a run in milliseconds.
type stopwatch struct {
	now  func() time.Time
	last time.Time
	laps map[string]float64
}

func newStopwatch(now func() time.Time) *stopwatch {
	return &stopwatch{now: now, last: now(), laps: map[string]float64{}}
}

func (s *stopwatch) lap(name string) {
	t := s.now()
	s.laps[name] = float64(t.Sub(s.last).Microseconds()) / 1000
	s.last = t
}
