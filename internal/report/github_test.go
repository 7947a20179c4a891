package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

func at(rule, path string, lines ...int) []gate.Finding {
	var out []gate.Finding
	for _, l := range lines {
		out = append(out, gate.Finding{Rule: rule, Name: "name-of-" + rule, Title: "Title", Severity: "high", Status: "open",
			Message: fmt.Sprintf("message of line %d", l), Path: path, Line: l, Column: 2, EndLine: l, EndColumn: 5})
	}
	return out
}

func TestAnnotationsMergeARuleInAFile(t *testing.T) {
	r := &gate.Result{Result: "fail", Findings: at("A", "x/Dockerfile", 9, 3, 7, 3, 12)}
	got := runnerCommands(render(t, "github", r, Options{}))
	require.Len(t, got, 1)
	require.Equal(t, map[string]string{"file": "x/Dockerfile", "line": "3", "endLine": "3", "col": "2", "endColumn": "5", "title": "A · Title"}, got[0].properties)
	require.Equal(t, "message of line 3 (and 4 more, on lines 7, 9, 12)\n"+
		`Waive: # tidewaiter:ignore name-of-A until=YYYY-MM-DD reason="…"`, got[0].data)
}

func TestAnnotationsSayWhereTheOthersAre(t *testing.T) {
	for want, f := range map[string][]gate.Finding{
		"":                      at("A", "x", 1),
		"and 2 more here":       at("A", "x", 1, 1, 1),
		"and 1 more, on line 2": at("A", "x", 1, 2),
		"and 1 more":            at("A", "", 0, 0),
		"and 12 more, on lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 …": at("A", "x", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13),
	} {
		require.Equal(t, want, others(f))
	}
}

func TestAnnotationsRankAndCount(t *testing.T) {
	r := &gate.Result{Result: "fail"}
	for i := range 30 {
		r.Findings = append(r.Findings, at("A", fmt.Sprintf("%02d/Dockerfile", i), 1, 2)...)
	}
	worst := at("Z", "zz/Dockerfile", 1)[0]
	worst.Severity, worst.Blocking = "critical", true
	r.Findings = append(r.Findings, worst)
	got := runnerCommands(render(t, "github", r, Options{}))
	require.Len(t, got, maxAnnotations)
	require.Equal(t, "zz/Dockerfile", got[0].properties["file"], "what blocks comes first")
	require.Equal(t, "44 more of this level are in the job summary and the report files", got[9].data)
	require.Equal(t, 61, 1+8*2+44, "every finding is shown or counted")
}

func TestAnnotationsExactlyTenNeedNoOverflow(t *testing.T) {
	r := &gate.Result{Result: "fail"}
	for i := range maxAnnotations {
		r.Findings = append(r.Findings, at("A", fmt.Sprint(i), 1)...)
	}
	require.NotContains(t, render(t, "github", r, Options{}), "more of this level")
}

func TestAnnotationsCountWhatTheStepHasWritten(t *testing.T) {
	r := &gate.Result{Result: "pass"}
	for i := range 20 {
		f := at("A", fmt.Sprint(i), 1)[0]
		f.Severity = "medium"
		r.Findings = append(r.Findings, f)
	}
	for used, want := range map[int]int{0: 10, 1: 9, 9: 1, 50: 1} {
		got := runnerCommands(render(t, "github", r, Options{Warnings: used}))
		require.Len(t, got, want)
		require.Contains(t, got[want-1].data, "more of this level")
	}
}

func TestAnnotationsLeaveOutWaivedFindings(t *testing.T) {
	r := &gate.Result{Result: "pass", Findings: at("A", "x", 1)}
	r.Findings[0].Status = "waived"
	require.Empty(t, render(t, "github", r, Options{}))
}

func TestAnnotationOfHostileFileName(t *testing.T) {
	r := &gate.Result{Result: "fail", Findings: at("A", "a,line=9::x%\n::error::y", 1)}
	got := runnerCommands(render(t, "github", r, Options{}))
	require.Len(t, got, 1)
	require.Equal(t, `a,line=9::x%\n::error::y`, got[0].properties["file"])
	require.Equal(t, "1", got[0].properties["line"])
}

func TestRank(t *testing.T) {
	f := at("A", "x", 1)[0]
	waived, blocking, low, kev, fixed, placeless := f, f, f, f, f, f
	waived.Status, waived.Blocking = "waived", true
	blocking.Blocking, blocking.Severity = true, "medium"
	low.Severity = "low"
	kev.Vulnerability = &gate.Vulnerability{KEV: true}
	fixed.Package = &gate.Package{Fixed: "2"}
	placeless.Path = ""
	want := []gate.Finding{blocking, kev, fixed, f, placeless, low, waived}
	require.Equal(t, want, ranked([]gate.Finding{waived, low, placeless, f, fixed, kev, blocking}))
}

func TestTextGroupsAPlace(t *testing.T) {
	r := sample()
	r.Findings = nil
	for i := range 8 {
		f := flaw(fmt.Sprintf("CVE-%d", i), fmt.Sprintf("lib%d", i), "2", "high", 8)
		r.Findings = append(r.Findings, f)
	}
	out := render(t, "text", r, Options{})
	require.Equal(t, 1, strings.Count(out, "FROM debian:12\n"), "one source line for all")
	require.Equal(t, 6, strings.Count(out, "fix: "))
	require.Contains(t, out, "fix: … and 3 more for this place")
}

func TestTextColour(t *testing.T) {
	require.NotContains(t, render(t, "text", sample(), Options{}), "\x1b")
	coloured := render(t, "text", sample(), Options{Color: true})
	require.Contains(t, coloured, "\x1b[1;31mhigh\x1b[0m")
	require.Contains(t, coloured, "\x1b[1;31mblocked: ")
}
