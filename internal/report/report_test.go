package report

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

func TestGoldens(t *testing.T) {
	passed := &gate.Result{Version: gate.ResultVersion, Tool: gate.Tool{Name: "tidewaiter"}, Result: "pass", FailOn: "high",
		Checked: gate.Checked{Dockerfiles: 2, Rules: 58}, Rules: sample().Rules}
	failed := &gate.Result{Version: gate.ResultVersion, Tool: gate.Tool{Name: "tidewaiter", Version: "v0.1.0"}, Result: "error",
		Error: "ghcr.io/acme/app: 401 unauthorized: log in with docker login ghcr.io", Rules: sample().Rules}
	linked := Options{PathPrefix: "src", BlobURL: "https://github.com/acme/app/blob/0a1b2c"}
	for _, c := range []struct {
		name   string
		result *gate.Result
		o      Options
	}{{"sample", sample(), Options{}}, {"passed", passed, Options{}}, {"error", failed, Options{}}, {"linked", sample(), linked}} {
		for _, format := range Formats() {
			t.Run(c.name+"/"+format, func(t *testing.T) {
				golden(t, c.name+"."+extension(format), render(t, format, c.result, c.o))
			})
		}
	}
}

func extension(format string) string {
	switch format {
	case "text":
		return "txt"
	case "markdown":
		return "md"
	case "github":
		return "github.txt"
	case "junit":
		return "xml"
	}
	return format
}

func TestFormats(t *testing.T) {
	require.True(t, slices.IsSorted(Formats()))
	err := Write("html", &bytes.Buffer{}, sample(), Options{})
	require.EqualError(t, err, `unknown format "html": one of github, json, junit, markdown, sarif, text`)
}

func TestReportsDoNotChangeTheResult(t *testing.T) {
	want := sample()
	got := sample()
	for _, f := range Formats() {
		first := render(t, f, got, Options{})
		require.Equal(t, want, got, f)
		require.Equal(t, first, render(t, f, got, Options{}), "%s is not stable", f)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, bytes.ErrTooLarge }

func TestWriteErrorsAreReturned(t *testing.T) {
	for _, f := range Formats() {
		require.ErrorIs(t, Write(f, brokenPipe{}, sample(), Options{}), bytes.ErrTooLarge, f)
	}
}

func TestLargeResult(t *testing.T) {
	r := large(50_000)
	start := time.Now()
	for _, f := range Formats() {
		out := render(t, f, r, Options{BlobURL: "https://github.com/acme/app/blob/0a1b2c"})
		switch f {
		case "markdown":
			require.Less(t, len(out), maxSummaryBytes)
			require.Contains(t, out, "**Left out ")
		case "github":
			require.Equal(t, 3*maxAnnotations, strings.Count(out, "\n"))
			require.Contains(t, out, " more of this level are in the job summary")
		case "sarif":
			require.Equal(t, maxSARIFResults, strings.Count(out, `"ruleIndex"`))
			require.Contains(t, out, "45000 findings of the lowest rank left out: the limit is 5000 results.")
			require.Less(t, len(out), 10<<20)
		}
	}
	require.Less(t, time.Since(start), 2*time.Minute, "all formats together take about two seconds on an idle machine")
}
