package rule_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
