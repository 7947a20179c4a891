package deploy_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/fix"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/rules/deploy"
	"github.com/tidewaiter/tidewaiter/internal/ruletest"
)

var update = flag.Bool("update", false, "write testdata/findings.golden")

// TestFindings holds what the marks of the examples do not show: severity,
// subject, key and remedy of every finding of every bad example.
func TestFindings(t *testing.T) {
	var b strings.Builder
	for _, r := range deploy.Rules() {
		for i, text := range r.Bad {
			found, _ := ruletest.Find(t, &r, ruletest.Load(t, ruletest.Parse(text)))
			for _, f := range found {
				require.NotNil(t, f.Fix, r.ID)
				require.NotNil(t, f.Object, r.ID)
				fmt.Fprintf(&b, "%s/%d %s %s %s\n\t%s", r.ID, i, f.Severity, f.Subject, f.Key, f.Fix.Title)
				for _, e := range fix.Prepare([]rule.Finding{f})[0].Fix.Edits {
					fmt.Fprintf(&b, " [%q -> %q]", e.Span.Text(), e.New)
				}
				b.WriteString("\n")
			}
		}
	}
	const golden = "testdata/findings.golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), b.String(), "run go test ./internal/rules/deploy -update after reading the difference")
}

// TestOneDefectInTwoOverlaysIsOneFinding holds that a finding in a base lists
// the overlays that render it, whatever they make of names and namespaces.
func TestOneDefectInTwoOverlaysIsOneFinding(t *testing.T) {
	var overlays []string
	for _, r := range deploy.Rules() {
		if r.ID != "TW-K001" {
			continue
		}
		found, _ := ruletest.Find(t, &r, ruletest.Load(t, ruletest.Parse(r.Bad[3])))
		for _, f := range found {
			overlays = append(overlays, fmt.Sprint(f.At.Path(), " ", f.Object.Container, " ", f.Object.Overlays))
		}
	}
	require.Equal(t, []string{
		"base/agent.yaml agent [overlays/dev overlays/prod]",
		"overlays/dev/kustomization.yaml side [overlays/dev]",
	}, overlays)
}
