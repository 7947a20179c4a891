package gate

import (
	"github.com/tidewaiter/tidewaiter/internal/compare"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/fix"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// judgement is a verdict, what it was reached from, and what reports say of it.
type judgement struct {
	findings []rule.Finding
	verdict  policy.Verdict
	result   *Result
}

// judge turns facts into findings and findings into a verdict, by what stood before
// the change where that is known.
func (b *basis) judge(env Env, in reading, project *facts.Project, was *before) (judgement, error) {
	findings, err := rule.Run(in.policy.Rules, project, env.Now())
	if err != nil {
		return judgement{}, err
	}
	findings = fix.Fill(findings, func(int) bool { return true }, known(project))
	if in.options.Edits {
		findings = fix.Prepare(findings)
	}
	past, pairs := b.past(was, compare.State{Project: project, Findings: findings})
	verdict := policy.JudgeChange(in.policy, findings, project, env.Now(), past)
	result := summarise(env, in.policy, project, verdict)
	b.change(result, was, pairs, verdict)
	return judgement{findings, verdict, result}, b.effect(result, project, verdict, env.Now())
}
