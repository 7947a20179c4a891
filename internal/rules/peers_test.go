package rules_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rules"
)

// Every check of hadolint either has a rule or a reason, and no alias names a
// check that hadolint has not.
func TestEveryCheckOfHadolintHasAnAnswer(t *testing.T) {
	known := rules.HadolintChecks()
	require.Len(t, known, 71)
	answered := map[string]bool{}
	for _, e := range rules.As("hadolint") {
		require.NotEqual(t, len(e.Rules) > 0, e.Reason != "", e.Check)
		answered[e.Check] = true
		if e.Check != "SC*" {
			require.Contains(t, known, e.Check)
		}
	}
	for _, check := range known {
		require.True(t, answered[check], "hadolint:%s has neither a rule nor a reason in peers.go", check)
	}
}

func TestToolsAreThoseOfTheAliases(t *testing.T) {
	require.Contains(t, rules.Tools(), "hadolint")
	require.Contains(t, rules.Tools(), "kube-linter")
	require.Nil(t, rules.As("nothing"))
}
