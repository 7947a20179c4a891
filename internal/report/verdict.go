package report

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// verdict is the outcome in one plain line.
func verdict(r *gate.Result) string {
	blocking, total := 0, 0
	for _, f := range r.Findings {
		if f.Status != "open" {
			continue
		}
		total++
		if f.Blocking {
			blocking++
		}
	}
	switch r.Result {
	case "pass":
		if total == 0 {
			return "passed: no findings"
		}
		return "passed: " + count(total, "finding") + ", none of which blocks" + threshold(r) + known(r)
	case "fail":
		if blocking == 0 {
			return "blocked"
		}
		return fmt.Sprintf("blocked: %d of %s must be fixed or waived%s", blocking, count(total, "finding"), threshold(r)) + known(r)
	}
	if r.Error == "" {
		return "not decided"
	}
	return "not decided: " + line(r.Error)
}

// known says how many findings a change has not brought, "" where nothing was
// compared or none.
func known(r *gate.Result) string {
	if r.Change == nil || r.Change.Existing == 0 {
		return ""
	}
	return fmt.Sprintf("; %d were there before", r.Change.Existing)
}

// compared says what a change was compared with, "" where nothing was.
func compared(r *gate.Result) string {
	c := r.Change
	if c == nil || c.Missing != "" {
		return ""
	}
	text := fmt.Sprintf("compared with %.12s (%s changed): %d new, %d there before, %d gone", line(c.Commit), count(c.Files, "file"), c.New, c.Existing, c.Fixed)
	if c.Governed {
		text += "; configuration and baseline are those of the state before"
	}
	return text
}

// baseline says what the baseline accepts, "" where there is none.
func baseline(r *gate.Result) string {
	b := r.Baseline
	if b == nil {
		return ""
	}
	text := line(b.Path) + " accepts " + count(b.Accepted, "finding")
	if b.Stale > 0 {
		text += fmt.Sprintf("; %s of it match none, write it anew: tidewaiter baseline", count(b.Stale, "line"))
	}
	return text
}

func threshold(r *gate.Result) string {
	if r.FailOn == "" {
		return ""
	}
	return " (fail-on: " + line(r.FailOn) + ")"
}

// totals counts the findings: "7 findings: 1 critical, 6 medium; 2 waived".
func totals(r *gate.Result) string {
	bySeverity, byStatus := r.Counts(), map[string]int{}
	for _, f := range r.Findings {
		byStatus[f.Status]++
	}
	var parts []string
	for _, s := range severities() {
		if n := bySeverity[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	out := count(byStatus["open"], "finding")
	if len(parts) > 0 {
		out += ": " + strings.Join(parts, ", ")
	}
	parts = nil
	for _, s := range []string{"waived", "ignored", "baseline"} {
		if n := byStatus[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	if len(parts) > 0 {
		out += "; " + strings.Join(parts, ", ")
	}
	return out
}

// checked says what was looked at, "2 Dockerfiles, 41 objects in 3 renders by
// 58 rules", and is empty for a run that did not get that far.
func checked(r *gate.Result) string {
	c := r.Checked
	var parts []string
	if c.Dockerfiles > 0 {
		parts = append(parts, count(c.Dockerfiles, "Dockerfile"))
	}
	if c.Objects > 0 || c.Renders > 0 {
		parts = append(parts, count(c.Objects, "object")+" in "+count(c.Renders, "render"))
	}
	if c.Images > 0 {
		parts = append(parts, count(c.Images, "image"))
	}
	switch {
	case len(parts) == 0 && c.Rules == 0:
		return ""
	case len(parts) == 0:
		parts = []string{"nothing (no Dockerfile, no manifest and no image)"}
	}
	return strings.Join(parts, ", ") + " by " + count(c.Rules, "rule")
}

// narrowed says what was left out of a judgement of a change alone, "" where all
// was judged.
func narrowed(r *gate.Result) string {
	n := r.Checked.Narrowed
	if n == nil {
		return ""
	}
	var parts []string
	if n.Roots > 0 {
		parts = append(parts, count(n.Roots, "kustomization"))
	}
	if n.Folders > 0 {
		parts = append(parts, count(n.Folders, "folder")+" of plain manifests")
	}
	if n.Dockerfiles > 0 {
		parts = append(parts, count(n.Dockerfiles, "Dockerfile"))
	}
	what := "nothing was left out"
	if len(parts) > 0 {
		what = "left out, as unchanged: " + strings.Join(parts, ", ")
	}
	return fmt.Sprintf("only what changed since %s (%.12s, %s) was judged; %s", line(n.Since), line(n.Commit), count(n.Files, "file"), what)
}

// advisoryData names the advisory data and its age, "" where none was used.
func advisoryData(r *gate.Result) string {
	a := r.Data.Advisories
	if a.Source == "" {
		return ""
	}
	if a.Updated == "" {
		return line(a.Source) + ", of unknown date"
	}
	text := line(a.Source) + ", updated " + line(a.Updated)
	if a.Warning != "" {
		text += ", " + line(a.Warning)
	}
	return text
}
