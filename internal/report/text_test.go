package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// findingsOf returns n findings of which the last blocking ones block.
func findingsOf(n, blocking int) *gate.Result {
	r := &gate.Result{Version: gate.ResultVersion, Result: "fail"}
	for i := range n {
		f := gate.Finding{Rule: "TW-D001", Name: "untagged-base", Severity: "medium", Message: "no tag", Path: "Dockerfile", Line: i + 1, Status: "open"}
		if i >= n-blocking {
			f.Severity, f.Blocking, f.Message = "high", true, "blocks"
		}
		r.Findings = append(r.Findings, f)
	}
	return r
}

func TestTextNamesWhatBlocksAgainBelowALongList(t *testing.T) {
	const heading = "to fix or waive:\n"
	_, end, ok := strings.Cut(render(t, "text", findingsOf(40, 2), Options{}), heading)
	require.True(t, ok)
	require.Contains(t, end, "  Dockerfile:39 high untagged-base (TW-D001) blocks\n  Dockerfile:40 high untagged-base (TW-D001) blocks\n40 findings")

	_, end, ok = strings.Cut(render(t, "text", findingsOf(100, 50), Options{}), heading)
	require.True(t, ok)
	require.Equal(t, maxTextBlocking, strings.Count(end, "blocks\n"))
	require.Contains(t, end, "  … and 20 more\n")

	for name, r := range map[string]*gate.Result{"short": findingsOf(10, 1), "nothing blocks": findingsOf(40, 0), "all block": findingsOf(40, 40)} {
		require.NotContains(t, render(t, "text", r, Options{}), heading, name)
	}
}

func TestTextSaysThatThereWasNothingToCheck(t *testing.T) {
	r := &gate.Result{Version: gate.ResultVersion, Result: "pass", Checked: gate.Checked{Rules: 5}}
	require.Equal(t, "checked nothing (no Dockerfile, no manifest and no image) by 5 rules\npassed: no findings\n", render(t, "text", r, Options{}))
}
