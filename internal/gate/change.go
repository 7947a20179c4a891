package gate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/compare"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/credential"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// before is the state before a change, judged by the policy of this run.
type before struct {
	state  compare.State
	judged []policy.Judged
}

// judgeBefore judges the state before the change whole, nil where there is none.
// One that cannot be judged makes everything new.
func (b *basis) judgeBefore(ctx context.Context, env Env, in reading, images []*image.Image) (*before, error) {
	if b == nil || b.repo == nil {
		return nil, ctx.Err()
	}
	env.step("judge the state before")
	in.repo, in.changes, in.read = b.repo, nil, images
	in.options.Rendered = nil
	project, err := in.load(ctx, env)
	if err == nil {
		var findings []rule.Finding
		if findings, err = rule.Run(in.policy.Rules, project, env.Now()); err == nil {
			return &before{compare.State{Project: project, Findings: findings}, policy.Judge(in.policy, findings, project, env.Now()).Findings()}, nil
		}
	}
	b.repo, b.missing = nil, err.Error()
	b.note("Everything counts as new, since the state before this change cannot be judged: %s", err)
	return nil, ctx.Err()
}

// past tells what the policy needs to know of what stood before.
func (b *basis) past(was *before, now compare.State) (*policy.Past, []int) {
	if b == nil {
		return nil, nil
	}
	p := &policy.Past{Refuse: b.comparison.Fork, Existing: make([]bool, len(now.Findings)), Silenced: make([]bool, len(now.Findings))}
	if was == nil {
		if !b.comparison.Fork {
			return nil, nil // nobody can tell which ignore is new
		}
		return p, nil
	}
	pairs := compare.Match(was.state, now)
	for i, at := range pairs {
		f := now.Findings[i]
		if at == compare.None {
			p.Silenced[i] = stoodBefore(was.state.Project, now.Project, f)
			continue
		}
		p.Existing[i] = f.Severity <= was.state.Findings[at].Severity &&
			(f.Image == nil && f.Vulnerability == nil || compare.Untouched(f, was.state, now, b.changes))
		p.Silenced[i] = was.judged[at].Status == policy.Ignored || stoodBefore(was.state.Project, now.Project, f)
	}
	return p, pairs
}

// stoodBefore reports whether an ignore for a whole file, which stood in it before,
// speaks of a finding.
func stoodBefore(was, now *facts.Project, f rule.Finding) bool {
	for _, ig := range now.Ignores {
		if ig.First != 0 || ig.Last != 0 || ig.Files != "" || !f.IgnoredBy(ig) {
			continue
		}
		if slices.ContainsFunc(was.Ignores, func(old source.Ignore) bool {
			return old.First == 0 && old.Last == 0 && old.At.Path() == ig.At.Path() && old.Foreign == ig.Foreign && slices.Equal(old.Rules, ig.Rules)
		}) {
			return true
		}
	}
	return false
}

// departures are files that were judged before and have moved to where nothing is:
// each is not analysed, and stands first.
func (b *basis) departures(was *before, now *facts.Project) []source.NotAnalysed {
	if was == nil {
		return nil
	}
	blocking := map[string]int{}
	for i := range was.judged {
		if j := &was.judged[i]; j.Status == policy.Open && j.Blocking {
			blocking[j.At.Path()]++
		}
	}
	var out []source.NotAnalysed
	for _, d := range compare.Departed(was.state.Project, now, b.changes) {
		reason := fmt.Sprintf("%s was moved here, where nothing is judged; move it back, or take it out", d.From)
		if n := blocking[d.From]; n > 0 {
			reason = fmt.Sprintf("%s was moved here, where nothing is judged, and with it what blocks (findings: %d); repair it, or move it back", d.From, n)
		}
		b.note("%s: %s", d.To.Path, reason)
		out = append(out, source.NotAnalysed{Path: d.To.Path, Line: 1, At: d.To.LineSpan(1), Reason: reason, Concern: source.ConcernRepository})
	}
	return out
}

// change fills in what the change brought, where it was compared.
func (b *basis) change(r *Result, was *before, pairs []int, v policy.Verdict) {
	if b == nil {
		return
	}
	c := &Change{Since: b.comparison.Since, Commit: b.commit, Governed: b.comparison.Governed, Fork: b.comparison.Fork, Missing: b.missing, Notes: []string{}}
	for _, j := range v.All() {
		switch {
		case j.SilencedNow:
			c.Silenced++
		case j.Refused != "":
			c.Refused++
		}
		switch {
		case j.Status != policy.Open:
		case j.Existing:
			c.Existing++
		default:
			c.New++
		}
	}
	if was != nil {
		c.Files = len(b.changes.Paths)
		there := map[int]bool{}
		for _, at := range pairs {
			there[at] = true
		}
		for i := range was.judged {
			if was.judged[i].Status == policy.Open && !there[i] {
				c.Fixed++
			}
		}
	}
	if c.Silenced > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("This change silences %s.", number(c.Silenced, "finding")))
	}
	if c.Refused > 0 {
		c.Notes = append(c.Notes, fmt.Sprintf("Ignore comments for %s do not count, since the change comes from a fork.", number(c.Refused, "finding")))
	}
	for _, n := range b.notes {
		c.Notes = append(c.Notes, credential.Mask(strings.TrimSuffix(n, ".")+"."))
	}
	r.Change = c
	for i, j := range v.All() {
		r.Findings[i].Change = "new"
		if j.Existing {
			r.Findings[i].Change = "existing"
		}
	}
}

func number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
