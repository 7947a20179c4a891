package build

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var buildkitCheck = rule.Rule{
	ID:       "TW-D202",
	Name:     "buildkit-check",
	Title:    "Warning of BuildKit that no other rule gives",
	Severity: rule.Info,
	Profile:  rule.Default,
	Since:    "0.1",
	Why: "BuildKit checks a Dockerfile whenever it builds one. Each of its checks is a rule here too; this one passes on what those do not find, " +
		"and in a file that asks for it with `# check=error=true`, at which BuildKit refuses to build, also the checks whose rules are off.",
	Fix:     "Follow BuildKit's sentence; https://docs.docker.com/reference/build-checks/ explains each check. `# check=skip=NAME` above the instruction accepts it.",
	Refs:    refs(practice, "M27"),
	Aliases: buildkitAliases(),
	Bad: []string{`
-- Dockerfile --
# check=error=true
FROM debian:12 as base
^^^^ FromAsCasing: 'as' and 'FROM' keywords' casing do not match
ENV A=1 \

  B=2
  ^^^ NoEmptyContinuation: Empty continuation line
`},
	Good: []string{`
-- Dockerfile --
FROM debian:12 as base
CMD run
`},
	Check: rule.AfterRules(checkBuildkit),
}

// buildkitChecks are the checks of BuildKit that have a rule of their own here.
// https://docs.docker.com/reference/build-checks/
var buildkitChecks = []string{
	"StageNameCasing", "FromAsCasing", "NoEmptyContinuation", "ConsistentInstructionCasing", "DuplicateStageName", "ReservedStageName",
	"JSONArgsRecommended", "MaintainerDeprecated", "UndefinedArgInFrom", "WorkdirRelativePath", "UndefinedVar", "MultipleInstructionsDisallowed",
	"LegacyKeyValueFormat", "InvalidBaseImagePlatform", "RedundantTargetPlatform", "SecretsUsedInArgOrEnv", "InvalidDefaultArgInFrom",
	"FromPlatformFlagConstDisallowed", "CopyIgnoredFile", "InvalidDefinitionDescription", "ExposeProtoCasing", "ExposeInvalidFormat",
}

func buildkitAliases() []string {
	out := make([]string, len(buildkitChecks))
	for i, name := range buildkitChecks {
		out[i] = "buildkit:" + name
	}
	return out
}

func checkBuildkit(p *rule.Pass) {
	on := map[string]bool{}
	for _, r := range p.Rules {
		for _, alias := range r.Aliases {
			on[alias] = on[alias] || r != p.Rule
		}
	}
	for _, d := range p.Project.Dockerfiles {
		if d.Unchanged {
			continue
		}
		for _, w := range d.Lint {
			alias := "buildkit:" + w.Check
			unwanted := slices.Contains(buildkitChecks, w.Check) && !on[alias] && !d.Checks.Error
			if unwanted || covered(p.Findings, d, w, alias) {
				continue
			}
			p.Report(rule.Finding{
				Message: w.Check + ": " + w.Detail,
				At:      warned(d, w),
				Key:     w.Check + ": " + w.Detail,
				Aliases: []string{alias},
				Fix:     &rule.Fix{Title: "see https://docs.docker.com/reference/build-checks/"},
			})
		}
	}
}

// covered reports whether a finding says the same of the same lines.
func covered(found []rule.Finding, d *dockerfile.File, w dockerfile.LintWarning, alias string) bool {
	return slices.ContainsFunc(found, func(f rule.Finding) bool {
		return f.At.Valid() && f.At.File == d.Source && w.First <= f.At.Start.Line && f.At.Start.Line <= w.Last && slices.Contains(f.SameAs(), alias)
	})
}
