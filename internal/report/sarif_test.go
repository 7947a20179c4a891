package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

func sarifRunOf(t *testing.T, r *gate.Result, o Options) sarifRun {
	t.Helper()
	var log sarifLog
	require.NoError(t, json.Unmarshal([]byte(render(t, "sarif", r, o)), &log))
	require.Len(t, log.Runs, 1)
	return log.Runs[0]
}

func TestSARIFForUploadHoldsOpenFindingsOnly(t *testing.T) {
	full, upload := sarifRunOf(t, sample(), Options{}), sarifRunOf(t, sample(), Options{OpenOnly: true})
	require.Len(t, full.Results, 5)
	require.Equal(t, "external", full.Results[4].Suppressions[0].Kind)
	require.Len(t, upload.Results, 4)
	for _, res := range upload.Results {
		require.Empty(t, res.Suppressions)
	}
}

func TestSARIFIgnoredInPlace(t *testing.T) {
	r := sample()
	r.Findings[0].Status = "ignored"
	require.Equal(t, "inSource", sarifRunOf(t, r, Options{}).Results[4].Suppressions[0].Kind)
}

func TestSARIFRegionsHaveOneLine(t *testing.T) {
	r := sample()
	for _, res := range sarifRunOf(t, r, Options{}).Results {
		region := res.Locations[0].Physical.Region
		require.Equal(t, region.StartLine, region.EndLine)
	}
	r.Sources = nil
	for _, res := range sarifRunOf(t, r, Options{}).Results {
		if res.RuleID == "TW-K004" {
			require.Zero(t, res.Locations[0].Physical.Region.EndColumn, "the end of the line is not known")
		}
	}
}

func TestSARIFSecuritySeverity(t *testing.T) {
	for _, c := range []struct {
		severity string
		cvss     float64
		want     string
	}{
		{"critical", 9.8, "9.8"}, {"critical", 9.0, "9.5"}, {"critical", 7.5, "9.5"}, {"high", 9.8, "8.0"}, {"high", 7, "7.0"},
		{"medium", 0, "5.5"}, {"low", 3.1, "3.1"}, {"low", 8.1, "2.5"}, {"info", 2, "0.5"}, {"high", 99, "8.0"},
	} {
		require.Equal(t, c.want, securitySeverity(flaw("CVE-1", "p", "", c.severity, c.cvss)), "%s %v", c.severity, c.cvss)
	}
}

func TestSARIFRuleTakesItsWorstFinding(t *testing.T) {
	r := sample()
	r.Findings = []gate.Finding{flaw("CVE-1", "a", "", "low", 0), flaw("CVE-1", "b", "", "critical", 0)}
	run := sarifRunOf(t, r, Options{})
	rule := run.Tool.Driver.Rules[run.Results[0].RuleIndex]
	require.Equal(t, "TW-I001/CVE-1", rule.ID)
	require.Equal(t, "9.5", rule.Properties.SecuritySeverity)
	require.Equal(t, "error", rule.Default.Level)
}

func TestSARIFCategory(t *testing.T) {
	for ref, want := range map[string]string{
		"ghcr.io/acme/app@" + digest:     "tidewaiter/ghcr.io-acme-app/",
		"ghcr.io/acme/app:1.2@" + digest: "tidewaiter/ghcr.io-acme-app/",
		"localhost:5000/app:1.2":         "tidewaiter/localhost%3A5000-app/",
		"localhost:5000/app":             "tidewaiter/localhost%3A5000-app/",
		"oci:out":                        "tidewaiter/out/",
		"docker:app:1.2":                 "tidewaiter/app/",
		"docker-archive:build/app.tar":   "tidewaiter/build-app.tar/",
	} {
		require.Equal(t, want, sarifCategory(&gate.Result{Images: []gate.Image{{Ref: ref}}}), ref)
	}
	require.Equal(t, "tidewaiter/repository/", sarifCategory(&gate.Result{}))
	require.Equal(t, "tidewaiter/a+b/", sarifCategory(&gate.Result{Images: []gate.Image{{Ref: "b"}, {Ref: "a"}, {Ref: "b"}}}))
}

func TestSARIFNamesTheVersion(t *testing.T) {
	for v, want := range map[string]string{
		"v1.2.3": "1.2.3", "0.1.0-rc.1+build": "0.1.0-rc.1+build", "": "0.0.0-dev", "(devel)": "0.0.0-dev", "1.2": "0.0.0-dev", "1.2.3-\x1b": "0.0.0-dev",
	} {
		require.Equal(t, want, sarifRunOf(t, &gate.Result{Tool: gate.Tool{Version: v}}, Options{}).Tool.Driver.SemanticVersion)
	}
}

func TestSARIFLeavesOutFixesWithoutAPlace(t *testing.T) {
	r := sample()
	r.Findings[3].Fix.Edits = append(r.Findings[3].Fix.Edits, gate.Edit{Text: "x"})
	for _, res := range sarifRunOf(t, r, Options{}).Results {
		require.Empty(t, res.Fixes, "half of a fix is no fix")
	}
}

func TestSARIFGroupsEditsByFile(t *testing.T) {
	r := sample()
	r.Findings[3].Fix.Edits = append(r.Findings[3].Fix.Edits,
		gate.Edit{Path: "a/b.yaml", StartLine: 1, StartColumn: 1, EndLine: 1, EndColumn: 1, Text: "x: 1\n"},
		gate.Edit{Path: "app/Dockerfile", StartLine: 9, StartColumn: 1, EndLine: 9, EndColumn: 4})
	for _, res := range sarifRunOf(t, r, Options{}).Results {
		if len(res.Fixes) == 0 {
			continue
		}
		require.Len(t, res.Fixes[0].Changes, 2)
		require.Len(t, res.Fixes[0].Changes[0].Replacements, 2)
		require.Nil(t, res.Fixes[0].Changes[0].Replacements[1].Inserted, "a removal inserts nothing")
	}
}

func TestSARIFCountsWhatIsNotAnalysed(t *testing.T) {
	r := &gate.Result{Result: "pass", NotAnalysed: make([]gate.NotAnalysed, maxSARIFNotes+7)}
	notes := sarifRunOf(t, r, Options{}).Invocations[0].Notifications
	require.Len(t, notes, maxSARIFNotes+1)
	require.True(t, strings.HasPrefix(notes[maxSARIFNotes].Message.Text, "7 more inputs"), notes[maxSARIFNotes].Message.Text)
}
