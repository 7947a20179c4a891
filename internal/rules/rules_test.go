package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

func TestMetadata(t *testing.T) { ruletest.Metadata(t, rules.All()) }

func TestRulesAreSortedByID(t *testing.T) {
	require.True(t, slices.IsSortedFunc(rules.All(), func(a, b rule.Rule) int { return strings.Compare(a.ID, b.ID) }))
}

// No input makes a rule panic or point outside of a file.
func FuzzRules(f *testing.F) {
	all := rules.All()
	for i := range all {
		for _, text := range append(append([]string{}, all[i].Bad...), all[i].Good...) {
			f.Add(text)
		}
	}
	f.Add("-- --")
	f.Fuzz(func(t *testing.T, text string) { ruletest.Robust(t, all, text) })
}

// What judging costs, over the examples of all rules together.
func BenchmarkRules(b *testing.B) {
	all := rules.All()
	var configured []rule.Configured
	for i := range all {
		configured = append(configured, rule.Configured{Rule: &all[i]})
	}
	ruletest.Benchmark(b, configured)
}
