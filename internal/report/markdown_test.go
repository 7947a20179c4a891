package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

func TestSummaryFixFirst(t *testing.T) {
	r := &gate.Result{Result: "fail"}
	for i := range 31 {
		r.Findings = append(r.Findings, flaw(fmt.Sprintf("CVE-%d", i), "p", "2", "high", 8))
	}
	r.Findings = append(r.Findings, sample().Findings[3])
	out := render(t, "markdown", r, Options{})
	require.Contains(t, out, "1. `app/Dockerfile:5`: update the packages that this line brings in (removes 31 findings, all of which block)\n")
	require.Contains(t, out, "2. `app/Dockerfile:7`: name a numeric user: USER 10001 (removes 1 finding, which blocks)\n")
}

func TestSummaryRowsAreBounded(t *testing.T) {
	same := func(s string) string { return s + "\n" }
	require.Equal(t, "abc\ndef\n\n**Left out 2 more:** see the report files.\n\n", rows([]string{"abc", "def", "ghi", "j"}, 11, same))
	require.Equal(t, "abc\n\n", rows([]string{"abc"}, 4, same))
	require.Contains(t, rows(make([]string, maxSummaryRows+3), maxSummaryBytes, same), "**Left out 3 more:**")
}

func TestSummaryStaysBelowItsLimit(t *testing.T) {
	r := hostile(strings.Repeat("|<&`", maxResultPath/4))
	for range 3_000 {
		r.Findings = append(r.Findings, r.Findings[:3]...)
		r.NotAnalysed = append(r.NotAnalysed, r.NotAnalysed[0])
		r.Images = append(r.Images, r.Images[0])
		if len(r.Findings) > 9_000 {
			break
		}
	}
	out := render(t, "markdown", r, Options{BlobURL: "https://github.com/acme/app/blob/1"})
	require.Less(t, len(out), maxSummaryBytes)
}

func TestSummaryVerifyCommands(t *testing.T) {
	require.Equal(t, []string{"tidewaiter verify ghcr.io/acme/app@" + digest + " --key cosign.pub"}, verifyCommand("ghcr.io/acme/app:1.2", digest))
	for _, ref := range []string{"a b", "$(id)", "x;id", "-rf", "a`b`", "", "x\ny"} {
		require.Empty(t, verifyCommand(ref, digest), ref)
	}
	require.Empty(t, verifyCommand("ghcr.io/acme/app", "sha256:short"))
}

func TestSummaryLinks(t *testing.T) {
	r := sample()
	r.Findings[3].Path = "a b/(x)|y.Dockerfile"
	out := render(t, "markdown", r, Options{BlobURL: "https://github.com/acme/app/blob/1", PathPrefix: "src"})
	require.Contains(t, out, "(https://github.com/acme/app/blob/1/src/a%20b/%28x%29%7Cy.Dockerfile#L7)")
	for _, l := range strings.Split(out, "\n") {
		if strings.HasPrefix(l, "| high") {
			require.Equal(t, 6, strings.Count(l, "|"), l)
		}
	}
}
