package ruletest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
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
				ex := Parse(text)
				_, got := Find(t, configured(t, &r, ex), Load(t, ex))
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
	r = configured(t, r, ex)
	project := Load(t, ex)
	found, got := Find(t, r, project)
	require.Equal(t, ex.Want, got, "example:%s", text)
	_, again := Find(t, r, project)
	require.Equal(t, got, again, "a second run differs")
	reversed(t, r, project, got)
	ignored(t, r, ex, found, project)
	rereads(t, project)
	for _, f := range found {
		require.Subset(t, r.Aliases, f.SameAs(), "a finding's aliases are some of the rule's")
	}
	return fixesHold(t, r, ex, project, found)
}
