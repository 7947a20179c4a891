package report

import (
	"cmp"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// Severities, worst first, as every report lists them.
func severities() []string { return []string{"critical", "high", "medium", "low", "info"} }

// weight orders severities; what is no severity comes last.
func weight(severity string) int {
	switch severity {
	case "critical":
		return 5
	case "high":
		return 4
	case "medium":
		return 3
	case "low":
		return 2
	case "info":
		return 1
	}
	return 0
}

// open returns the findings that count: neither waived nor ignored. It copies
// them only where some do not: findings are large to move.
func open(r *gate.Result) []gate.Finding {
	silenced := func(f gate.Finding) bool { return f.Status != "open" }
	if !slices.ContainsFunc(r.Findings, silenced) {
		return slices.Clip(r.Findings)
	}
	return slices.DeleteFunc(slices.Clone(r.Findings), silenced)
}

// fixable reports whether a finding says what repairs it exactly.
func fixable(f *gate.Finding) bool {
	return f.Fix != nil && len(f.Fix.Edits) > 0 || f.Package != nil && f.Package.Fixed != ""
}

// ranked returns the findings by what to look at first: those that count, those
// that block, the new, the worse, the exploited, the repairable; then by place.
func ranked(findings []gate.Finding) []gate.Finding {
	order := make([]*gate.Finding, len(findings)) // findings are large to move
	for i := range findings {
		order[i] = &findings[i]
	}
	slices.SortStableFunc(order, compareRank)
	out := make([]gate.Finding, len(findings))
	for i, f := range order {
		out[i] = *f
	}
	return out
}

func compareRank(a, b *gate.Finding) int {
	return cmp.Or(
		first(a.Status == "open", b.Status == "open"),
		first(a.Blocking, b.Blocking),
		first(a.Change == "new", b.Change == "new"),
		weight(b.Severity)-weight(a.Severity),
		first(exploited(a), exploited(b)),
		first(fixable(a), fixable(b)),
		first(a.Path != "", b.Path != ""),
		cmp.Compare(a.Path, b.Path),
		a.Line-b.Line,
		a.Column-b.Column,
		cmp.Compare(a.Rule, b.Rule),
	)
}

func exploited(f *gate.Finding) bool { return f.Vulnerability != nil && f.Vulnerability.KEV }

// first orders what is true before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// ruleName is how reports call a rule: "root-user (TW-D002)".
func ruleName(f gate.Finding) string {
	if f.Name == "" {
		return f.Rule
	}
	return f.Name + " (" + f.Rule + ")"
}

// about says what a finding without a place is about.
func about(f gate.Finding) string {
	switch {
	case f.Image != nil && f.Image.Ref != "":
		return f.Image.Ref
	case f.Subject != "":
		return f.Subject
	}
	return "the project"
}

// fixTitle is the remedy in one line, "" where there is none.
func fixTitle(f gate.Finding) string {
	if f.Fix == nil {
		return ""
	}
	return f.Fix.Title
}

// image names an image by what was judged: reference and digest.
func imageName(i gate.Image) string {
	if i.Digest == "" || len(i.Ref) >= len(i.Digest) && i.Ref[len(i.Ref)-len(i.Digest):] == i.Digest {
		return i.Ref
	}
	return i.Ref + " (" + i.Digest + ")"
}

// packages counts the packages of an image, all platforms together.
func packages(i gate.Image) int {
	n := 0
	for _, p := range i.Platforms {
		n += p.Packages
	}
	return n
}
