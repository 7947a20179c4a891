// Package rules lists every rule. The rules themselves stand in the packages
// below, one file each, by the world they judge.
package rules

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/across"
	"github.com/tidewaiter/tidewaiter/internal/rules/artifact"
	"github.com/tidewaiter/tidewaiter/internal/rules/build"
	"github.com/tidewaiter/tidewaiter/internal/rules/deploy"
	"github.com/tidewaiter/tidewaiter/internal/rules/project"
)

// All returns every rule, sorted by ID.
func All() []rule.Rule {
	return slices.SortedFunc(slices.Values(slices.Concat(
		build.Rules(), deploy.Rules(), artifact.Rules(), across.Rules(), project.Rules(),
	)), func(a, b rule.Rule) int { return strings.Compare(a.ID, b.ID) })
}
