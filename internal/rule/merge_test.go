package rule_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// merge merges findings of one rule and returns them.
func merge(in ...rule.Finding) []rule.Finding {
	r := &rule.Rule{ID: "TW-T001"}
	for i := range in {
		if in[i].Rule == nil {
			in[i].Rule = r
		}
	}
	return rule.Merge(in)
}

func TestMergeKeepsTheWorstSeverity(t *testing.T) {
	mild, bad := on(2, "Deployment", "dev"), on(2, "Deployment", "prod")
	mild.Severity, bad.Severity = rule.Low, rule.High
	got := merge(mild, bad)
	require.Len(t, got, 1)
	require.Equal(t, rule.High, got[0].Severity, "an overlay that makes it worse must not be hidden by one that does not")
}

func TestMergeTellsDifferentDefectsApart(t *testing.T) {
	for name, change := range map[string]func(*rule.Finding){
		"key":       func(f *rule.Finding) { f.Key = "other" },
		"place":     func(f *rule.Finding) { f.At = file.LineSpan(3) },
		"rule":      func(f *rule.Finding) { f.Rule = &rule.Rule{ID: "TW-T002"} },
		"kind":      func(f *rule.Finding) { f.Object.Kind = "Job" },
		"container": func(f *rule.Finding) { f.Object.Container = "side" },
	} {
		other := on(2, "Deployment", "dev")
		change(&other)
		require.Len(t, merge(on(2, "Deployment", "dev"), other), 2, name)
	}
}

func TestMergeWithoutAPlaceGoesBySubject(t *testing.T) {
	web, mail := on(2, "Deployment", "dev"), on(2, "Deployment", "dev")
	web.At, mail.At = source.Span{}, source.Span{}
	web.Subject, mail.Subject = "Deployment/web", "Deployment/mail"
	require.Len(t, merge(web, mail), 2, "no source line says that they are one")
	require.Len(t, merge(web, web), 1)
}

func TestMergeListsAnOverlayOnceAndLeavesItsInputAlone(t *testing.T) {
	first := on(2, "Deployment", "prod")
	got := merge(first, on(2, "Deployment", "dev"), on(2, "Deployment", "prod"))
	require.Len(t, got, 1)
	require.Equal(t, []string{"dev", "prod"}, got[0].Object.Overlays)
	require.Equal(t, "web-prod", got[0].Object.Name, "the first one gives the name")
	require.Equal(t, []string{"prod"}, first.Object.Overlays)
}
