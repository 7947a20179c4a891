// Package rules lists every rule. The rules themselves stand in the packages
// below, one file each, by the world they judge.
package rules

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/across"
	"github.com/tidewaiter/tidewaiter/internal/rules/artifact"
	"github.com/tidewaiter/tidewaiter/internal/rules/build"
	"github.com/tidewaiter/tidewaiter/internal/rules/deploy"
	"github.com/tidewaiter/tidewaiter/internal/rules/project"
)

// All returns every rule, sorted by ID: each list is, and so are the letters.
func All() []rule.Rule {
	return slices.Concat(build.Rules(), artifact.Rules(), deploy.Rules(), project.Rules(), across.Rules())
}
