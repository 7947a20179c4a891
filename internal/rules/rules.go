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
	"github.com/tidewaiter/tidewaiter/internal/rules/cluster"
	"github.com/tidewaiter/tidewaiter/internal/rules/deploy"
	"github.com/tidewaiter/tidewaiter/internal/rules/project"
)

// All returns every rule, sorted by ID: each list is, and so are the letters,
// but for those of manifests, which two packages share.
func All() []rule.Rule {
	manifests := slices.Concat(deploy.Rules(), cluster.Rules())
	slices.SortFunc(manifests, func(a, b rule.Rule) int { return strings.Compare(a.ID, b.ID) })
	return slices.Concat(build.Rules(), artifact.Rules(), manifests, project.Rules(), across.Rules())
}
