package gate

import (
	"context"
	"errors"
	"fmt"

	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/revision"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// Comparison is the state before a change, from which what is new is told.
type Comparison struct {
	// Since is the git revision of that state.
	Since string
	// Governed is true where nobody has accepted the change yet: configuration,
	// baseline and foreign ignore files are those of the state before.
	Governed bool
	// Fork is true where the change comes from somebody without rights to the
	// repository: ignores that it brings do not count, nor does a configuration.
	Fork bool
	// Lenient is true where a revision that cannot be had makes everything new,
	// which is said; else it is an error.
	Lenient bool
}

// basis is the state before, as it was found.
type basis struct {
	comparison Comparison
	// repo is nil where the state cannot be had, and missing says why.
	repo    *source.Repo
	missing string
	commit  string
	changes *source.Changes
	// notes are what a reviewer reads first.
	notes []string
	// own is the policy as the change would have it, nil where it is the same.
	own *policy.Policy
}

func (b *basis) note(format string, args ...any) {
	b.notes = append(b.notes, fmt.Sprintf(format, args...))
}

// governs reports whether the policy is that of the state before.
func (b *basis) governs() bool { return b != nil && b.comparison.Governed }

// openBasis finds the state to compare with, nil where nobody asked for one.
func openBasis(ctx context.Context, env Env, o Options) (*basis, error) {
	if o.Compare == nil {
		return nil, nil
	}
	c := *o.Compare
	b := &basis{comparison: c, commit: c.Since}
	env.step("compare with " + c.Since)
	err := b.open(ctx, o.Path)
	if err == nil {
		return b, nil
	}
	var unknown *revision.UnknownError
	switch {
	case c.Lenient:
		b.missing = err.Error()
		b.note("Everything counts as new, since the state before this change cannot be had: %s", err)
		return b, ctx.Err()
	case errors.As(err, &unknown), errors.Is(err, revision.ErrNoRepository):
		return nil, &UsageError{fmt.Sprintf("--new-since %s: %v", c.Since, err)}
	}
	return nil, fmt.Errorf("compare with %s: %w", c.Since, err)
}

// open reads the state from the clone.
func (b *basis) open(ctx context.Context, dir string) error {
	tree, err := revision.Tree(ctx, dir, b.comparison.Since)
	if err != nil {
		return err
	}
	changed, err := revision.Changed(ctx, dir, b.comparison.Since)
	if err != nil {
		return err
	}
	b.repo, b.commit = source.OpenFS(tree), changed.Commit
	b.changes = &source.Changes{Since: b.comparison.Since, Commit: changed.Commit, Paths: changed.Paths}
	return nil
}
