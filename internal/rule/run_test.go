package rule_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

var file = source.NewFile("base/web.yaml", "a\nb\nc\n")

func on(line int, kind, overlay string) rule.Finding {
	return rule.Finding{Message: "m", At: file.LineSpan(line), Key: "k",
		Object: &rule.ObjectRef{Kind: kind, Name: "web-" + overlay, Overlays: []string{overlay}}}
}

func run(t *testing.T, c rule.Configured, check rule.Check) ([]rule.Finding, error) {
	t.Helper()
	if c.Rule == nil {
		c.Rule = &rule.Rule{ID: "TW-T001", Name: "test", Severity: rule.Medium}
	}
	c.Rule.Check = check
	return rule.Run([]rule.Configured{c}, &facts.Project{}, time.Time{})
}

func TestOneDefectInSeveralOverlaysIsOneFinding(t *testing.T) {
	got, err := run(t, rule.Configured{}, rule.EachProject(func(p *rule.Pass) {
		p.Report(on(2, "Deployment", "overlays/prod"))
		p.Report(on(2, "Deployment", "overlays/dev"))
		p.Report(on(3, "Deployment", "overlays/dev"))
		p.Report(on(1, "Service", "overlays/dev"))
	}))
	require.NoError(t, err)
	require.Len(t, got, 3)
	require.Equal(t, []int{1, 2, 3}, []int{got[0].At.Start.Line, got[1].At.Start.Line, got[2].At.Start.Line}, "sorted by line")
	require.Equal(t, []string{"overlays/dev", "overlays/prod"}, got[1].Object.Overlays)
	require.Equal(t, rule.Medium, got[1].Severity, "the rule's severity where the check sets none")
}

func TestMergeIgnoresTheOrderOfItsInput(t *testing.T) {
	r := &rule.Rule{ID: "TW-T001"}
	var in []rule.Finding
	for _, f := range []rule.Finding{on(2, "Deployment", "a"), on(2, "Deployment", "b"), on(1, "Job", "a"), {Message: "nowhere"}} {
		f.Rule = r
		in = append(in, f)
	}
	want := rule.Merge(in)
	slices.Reverse(in)
	got := rule.Merge(in)
	require.Len(t, got, len(want))
	for i := range got {
		require.Equal(t, want[i].At, got[i].At)
		require.Equal(t, want[i].Message, got[i].Message)
	}
	require.Equal(t, "nowhere", got[2].Message, "findings without a place come last")
}

func TestConfiguredSeverityReplacesEveryFinding(t *testing.T) {
	got, err := run(t, rule.Configured{Severity: rule.Critical}, rule.EachProject(func(p *rule.Pass) {
		p.Report(rule.Finding{Severity: rule.Low})
	}))
	require.NoError(t, err)
	require.Equal(t, rule.Critical, got[0].Severity)
}

func TestSettings(t *testing.T) {
	r := &rule.Rule{ID: "TW-T001", Settings: []rule.Setting{{Name: "days", Default: 90}, {Name: "paths", Default: []string{"a"}}}}
	_, err := run(t, rule.Configured{Rule: r, Settings: map[string]any{"days": 30}}, rule.EachProject(func(p *rule.Pass) {
		require.Equal(t, 30, p.Int("days"))
		require.Equal(t, []string{"a"}, p.Strings("paths"))
	}))
	require.NoError(t, err)
}

func TestPanicNamesTheRule(t *testing.T) {
	_, err := run(t, rule.Configured{}, rule.EachProject(func(p *rule.Pass) { p.Int("undeclared") }))
	var panicked *rule.PanicError
	require.ErrorAs(t, err, &panicked)
	require.ErrorContains(t, err, "TW-T001")
	require.ErrorContains(t, err, "undeclared")
}

func TestAfterAllSeesTheOthers(t *testing.T) {
	first := &rule.Rule{ID: "TW-T002", Severity: rule.Low, Check: rule.EachProject(func(p *rule.Pass) { p.Report(rule.Finding{Message: "seen"}) })}
	last := &rule.Rule{ID: "TW-T001", Severity: rule.Low, Check: rule.AfterAll(func(p *rule.Pass) {
		require.Len(t, p.Findings, 1)
		p.Report(rule.Finding{Message: "after " + p.Findings[0].Message})
	})}
	got, err := rule.Run([]rule.Configured{{Rule: last}, {Rule: first}}, &facts.Project{}, time.Time{})
	require.NoError(t, err)
	require.Len(t, got, 2)
}

func TestAfterRulesComesBetween(t *testing.T) {
	ordinary := &rule.Rule{ID: "TW-T003", Severity: rule.Low, Check: rule.EachProject(func(p *rule.Pass) {
		require.Empty(t, p.Findings)
		require.Len(t, p.Rules, 3)
		p.Report(rule.Finding{Message: "a"})
	})}
	between := &rule.Rule{ID: "TW-T002", Severity: rule.Low, Check: rule.AfterRules(func(p *rule.Pass) {
		require.Len(t, p.Findings, 1)
		p.Report(rule.Finding{Message: "b"})
	})}
	last := &rule.Rule{ID: "TW-T001", Severity: rule.Low, Check: rule.AfterAll(func(p *rule.Pass) { require.Len(t, p.Findings, 2) })}
	got, err := rule.Run([]rule.Configured{{Rule: last}, {Rule: between}, {Rule: ordinary}}, &facts.Project{}, time.Time{})
	require.NoError(t, err)
	require.Len(t, got, 2)
}

// TestFileMakesBuildkitsChecksErrors holds that "# check=error=true" raises what
// BuildKit finds in that file, nothing else, and that the policy still decides.
func TestFileMakesBuildkitsChecksErrors(t *testing.T) {
	strict, lax := source.NewFile("a/Dockerfile", "FROM a\n"), source.NewFile("b/Dockerfile", "FROM a\n")
	project := &facts.Project{Dockerfiles: []*dockerfile.File{{Source: strict, Checks: dockerfile.CheckOptions{Error: true}}, {Source: lax}}}
	r := &rule.Rule{ID: "TW-T001", Severity: rule.Low, Aliases: []string{"hadolint:X", "buildkit:Y"}, Check: rule.EachProject(func(p *rule.Pass) {
		for _, f := range []*source.File{strict, lax} {
			p.Report(rule.Finding{At: f.Span(0, 4), Key: "both"})
			p.Report(rule.Finding{At: f.Span(0, 4), Key: "other", Aliases: []string{"hadolint:X"}})
			p.Report(rule.Finding{At: f.Span(0, 4), Key: "worse", Severity: rule.Critical})
		}
		p.Report(rule.Finding{Key: "nowhere"})
	})}
	for given, want := range map[rule.Severity][]rule.Severity{
		rule.Unset: {rule.High, rule.Low, rule.Critical, rule.Low, rule.Low, rule.Critical, rule.Low},
		rule.Info:  {rule.Info, rule.Info, rule.Info, rule.Info, rule.Info, rule.Info, rule.Info},
	} {
		found, err := rule.Run([]rule.Configured{{Rule: r, Severity: given}}, project, time.Time{})
		require.NoError(t, err)
		var got []rule.Severity
		for _, f := range found {
			got = append(got, f.Severity)
		}
		require.Equal(t, want, got)
	}
}

func TestSeverity(t *testing.T) {
	for _, s := range []rule.Severity{rule.Info, rule.Low, rule.Medium, rule.High, rule.Critical} {
		back, err := rule.ParseSeverity(s.String())
		require.NoError(t, err)
		require.Equal(t, s, back)
	}
	_, err := rule.ParseSeverity("")
	require.Error(t, err)
	require.Less(t, rule.Low, rule.High)
}
