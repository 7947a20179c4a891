package gate

import (
	"context"
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Accepted is the text of a baseline that accepts what is there today.
type Accepted struct {
	// Path is where it belongs, relative to the repository.
	Path string
	// Before is the text that stands there, and After the new one; Exists is false
	// where there is no such file.
	Before, After string
	Exists        bool
	// Findings is how many findings it accepts.
	Findings int
}

// Accept judges a repository and returns the baseline of what it finds. It writes
// nothing.
func Accept(ctx context.Context, env Env, o Options) (Accepted, error) {
	repo, err := source.Open(o.Path)
	if err != nil {
		return Accepted{}, &UsageError{fmt.Sprintf("%s: not a folder that can be read: %v", o.Path, err)}
	}
	defer repo.Close()
	pol, err := (*basis)(nil).loadPolicy(ctx, repo, o)
	if err != nil {
		return Accepted{}, err
	}
	project, err := reading{options: o, repo: repo, policy: pol}.load(ctx, env)
	if err != nil {
		return Accepted{}, err
	}
	findings, err := rule.Run(pol.Rules, project, env.Now())
	if err != nil {
		return Accepted{}, err
	}
	out := Accepted{Path: policy.BaselinePaths()[0]}
	if f := pol.Baseline.File; f != nil {
		out.Path, out.Before, out.Exists = f.Path, f.Text, true
	}
	out.After, out.Findings = policy.FormatBaseline(policy.Judge(pol, findings, project, env.Now()))
	return out, nil
}
