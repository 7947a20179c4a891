package ruletest

import (
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// now is the time at which examples are judged.
var now = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// Find runs one rule over a project and describes its findings, sorted.
func Find(t testing.TB, r *rule.Rule, p *facts.Project) ([]rule.Finding, []string) {
	t.Helper()
	found, err := rule.Run([]rule.Configured{{Rule: r}}, p, now)
	require.NoError(t, err)
	var got []string
	for _, f := range found {
		got = append(got, describe(f))
	}
	slices.Sort(got)
	return found, got
}

// Examples runs all examples of all rules.
func Examples(t *testing.T, rules []rule.Rule) {
	for _, r := range rules {
		t.Run(r.ID+"_"+r.Name, func(t *testing.T) {
			require.NotEmpty(t, r.Bad, "a rule needs a bad example")
			require.NotEmpty(t, r.Good, "a rule needs a good example")
			fixable := false
			for _, text := range r.Bad {
				fixable = bad(t, &r, text) || fixable
			}
			require.Equal(t, fixable, r.Fixable, "Fixable must be true exactly where an example's finding has edits")
			for _, text := range r.Good {
				_, got := Find(t, &r, Load(t, Parse(text)))
				require.Empty(t, got, "the good example must be silent:%s", text)
			}
		})
	}
}

// bad runs a bad example and reports whether a finding of it has edits.
func bad(t *testing.T, r *rule.Rule, text string) (fixable bool) {
	t.Helper()
	ex := Parse(text)
	require.NotEmpty(t, ex.Want, "the bad example marks nothing:%s", text)
	project := Load(t, ex)
	found, got := Find(t, r, project)
	require.Equal(t, ex.Want, got, "example:%s", text)
	_, again := Find(t, r, project)
	require.Equal(t, got, again, "a second run differs")
	reversed(t, r, project, got)
	ignored(t, r, ex, found, project)
	for _, f := range found {
		require.Subset(t, r.Aliases, f.SameAs(), "a finding's aliases are some of the rule's")
		fixable = fixable || f.Fix != nil && len(f.Fix.Edits) > 0
		fixRemoves(t, r, ex, f)
	}
	return fixable
}

// fixRemoves applies the edits of a finding and expects the finding to be gone
// and nothing new to be found.
func fixRemoves(t *testing.T, r *rule.Rule, ex Example, f rule.Finding) {
	t.Helper()
	if f.Fix == nil || len(f.Fix.Edits) == 0 {
		return
	}
	byPath := map[string][]source.Edit{}
	for _, e := range f.Fix.Edits {
		byPath[e.Span.Path()] = append(byPath[e.Span.Path()], e)
	}
	fixed := Example{Files: fstest.MapFS{}, Archive: ex.Archive, Images: ex.Images, Advisories: ex.Advisories}
	for name, file := range ex.Files {
		fixed.Files[name] = file
		if edits := byPath[name]; edits != nil {
			after, err := source.Apply(edits[0].Span.File, edits)
			require.NoError(t, err)
			fixed.Files[name] = &fstest.MapFile{Data: []byte(after.Text), Mode: 0o644}
		}
	}
	before, _ := Find(t, r, Load(t, ex))
	after, _ := Find(t, r, Load(t, fixed))
	require.Len(t, after, len(before)-1, "the edits of %q do not remove exactly their finding", f.Fix.Title)
}
