package gate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/fix"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Repaired is what fix did, or would do.
type Repaired struct {
	// Files are those that change, in the order of their paths.
	Files []source.Replacement
	// Fixed are the findings that are gone, each at its place when it was repaired;
	// Remaining those that are left and count.
	Fixed, Remaining []Finding
	// Unanswered says of each digest that was asked for in vain why it is not known.
	Unanswered []string
	// NotAnalysed is what could not be judged, and so not repaired.
	NotAnalysed []NotAnalysed
}

// Repair judges the repository, makes every edit that is proven to remove its
// finding and nothing else, and judges again, until nothing is left to make. It
// writes nothing.
func Repair(ctx context.Context, env Env, o Options) (*Repaired, error) {
	repo, err := source.Open(o.Path)
	if err != nil {
		return nil, &UsageError{fmt.Sprintf("%s: not a folder that can be read: %v", o.Path, err)}
	}
	defer repo.Close()
	pol, err := (*basis)(nil).loadPolicy(ctx, repo, o)
	if err != nil {
		return nil, err
	}
	project, err := reading{options: o, repo: repo, policy: pol}.load(ctx, env)
	if err != nil {
		return nil, err
	}
	world := fix.World{Project: project, Rules: pol.Rules, Now: env.Now(), First: true}
	out, asked := &Repaired{}, newAnswers(look(env, o, pol))
	for range fix.MaxRounds {
		if world, err = out.round(ctx, env, pol, world, asked); err != nil {
			return nil, err
		}
		if world.Project == project {
			break
		}
		project = world.Project
	}
	out.finish(repo, project)
	out.Unanswered = asked.failures()
	return out, nil
}

// round judges the project once, notes what is left, and makes the first batch of
// the edits that hold. Without any, the same project comes back.
func (r *Repaired) round(ctx context.Context, env Env, pol *policy.Policy, w fix.World, asked *answers) (fix.World, error) {
	findings, err := rule.Run(w.Rules, w.Project, w.Now)
	if err != nil {
		return w, err
	}
	judged := policy.Judge(pol, findings, w.Project, w.Now).Findings()
	open := func(i int) bool { return judged[i].Status == policy.Open }
	env.step("look up digests")
	asked.ask(ctx, findings, open)
	findings = fix.Prepare(fix.Fill(findings, open, asked.known))
	env.step("prove fixes")
	proof := w.Prove(ctx, findings, func(i int) bool { return open(i) && !leaks(findings[i].Fix) })
	made := []int{}
	if len(proof.Batches) > 0 {
		made = proof.Batches[0]
	}
	r.Remaining = nil
	for i, j := range judged {
		j.Fix = findings[i].Fix
		switch {
		case slices.Contains(made, i):
			r.Fixed = append(r.Fixed, masked(finding(&j)))
		case open(i):
			r.Remaining = append(r.Remaining, masked(finding(&j)))
		}
	}
	if len(made) == 0 {
		return w, nil
	}
	return w.Apply(ctx, findings, made), nil
}

// leaks reports whether edits would write a credential anew: no report shows
// such edits, and none are made.
func leaks(f *rule.Fix) bool {
	return slices.ContainsFunc(f.Edits, func(e source.Edit) bool { return credential.Mask(e.New) != e.New })
}

func masked(f Finding) Finding {
	r := Result{Findings: []Finding{f}}
	r.mask()
	return r.Findings[0]
}

// finish compares the project with the files as they were read.
func (r *Repaired) finish(repo *source.Repo, p *facts.Project) {
	for _, d := range p.Dockerfiles {
		if was, err := repo.Read(d.Source.Path); err == nil && was.Text != d.Source.Text {
			r.Files = append(r.Files, source.Replacement{Path: d.Source.Path, Before: was.Text, After: d.Source.Text})
		}
	}
	for _, f := range p.Manifests {
		if was, err := repo.Read(f.Path); err == nil && was.Text != f.Text {
			r.Files = append(r.Files, source.Replacement{Path: f.Path, Before: was.Text, After: f.Text})
		}
	}
	slices.SortFunc(r.Files, func(a, b source.Replacement) int { return strings.Compare(a.Path, b.Path) })
	for _, n := range p.NotAnalysed {
		r.NotAnalysed = append(r.NotAnalysed, NotAnalysed{n.Path, n.Line, credential.Mask(n.Reason)})
	}
}
