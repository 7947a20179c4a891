package gate

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/revision"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// changesSince returns what a change touches, nil where all is to be judged:
// nobody asked for less, or the change is of the configuration that judges all.
func changesSince(ctx context.Context, env Env, o Options) (*source.Changes, error) {
	if o.Since == "" {
		return nil, nil
	}
	env.step("compare with " + o.Since)
	changed, err := revision.Changed(ctx, o.Path, o.Since)
	var unknown *revision.UnknownError
	switch {
	case errors.As(err, &unknown), errors.Is(err, revision.ErrNoRepository):
		return nil, &UsageError{fmt.Sprintf("--changed-since %s: %v", o.Since, err)}
	case err != nil:
		return nil, fmt.Errorf("compare with %s: %w", o.Since, err)
	}
	out := &source.Changes{Since: o.Since, Commit: changed.Commit, Paths: changed.Paths}
	rules := slices.Concat(policy.DefaultPaths(), policy.HadolintPaths())
	if own, err := filepath.Rel(o.Path, o.Config); o.Config != "" && err == nil {
		rules = append(rules, filepath.ToSlash(own))
	}
	if slices.ContainsFunc(rules, out.Reaches) {
		return nil, nil
	}
	return out, nil
}

// narrowed tells what was left out, nil where all was judged.
func narrowed(p *facts.Project) *Narrowed {
	if p.Changes == nil {
		return nil
	}
	return &Narrowed{Since: p.Changes.Since, Commit: p.Changes.Commit, Files: len(p.Changes.Paths),
		Roots: p.Left.Roots, Folders: p.Left.Folders, Dockerfiles: p.Left.Dockerfiles}
}
