package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// writeText writes for a person at a terminal: the findings in the order of the
// files, the line in question with carets under the token, then totals, images,
// what was not analysed, and the verdict last, where the eye is.
func writeText(w io.Writer, r *gate.Result, o Options) error {
	t := &textWriter{result: r, paint: paint(o.Color)}
	t.findings()
	t.images()
	t.notAnalysed()
	t.waived()
	t.blocking()
	t.summary()
	_, err := io.WriteString(w, withoutCommands(t.b.String()))
	return err
}

// usualText is about how many bytes a finding takes.
const usualText = 250

type textWriter struct {
	b      strings.Builder
	result *gate.Result
	paint  paint
}

func (t *textWriter) printf(format string, args ...any) { fmt.Fprintf(&t.b, format, args...) }

// findings writes the open findings; those at one and the same place share the
// source line.
func (t *textWriter) findings() {
	all := open(t.result)
	t.b.Grow(len(all) * usualText)
	for i := 0; i < len(all); {
		n := i + 1
		for n < len(all) && all[i].Path != "" && samePlace(all[i], all[n]) {
			n++
		}
		for _, f := range all[i:n] {
			t.headline(f)
		}
		t.excerpt(all[i])
		t.details(all[i:n])
		t.printf("\n")
		i = n
	}
}

func samePlace(a, b gate.Finding) bool {
	return a.Path == b.Path && a.Line == b.Line && a.Column == b.Column && a.EndLine == b.EndLine && a.EndColumn == b.EndColumn
}

func (t *textWriter) headline(f gate.Finding) {
	place := line(about(f))
	if f.Path != "" {
		place = position(f.Path, f.Line, f.Column)
	}
	t.printf("%s %s %s %s\n", t.paint.bold(place), t.paint.severity(line(f.Severity)), line(ruleName(f)), line(f.Message)+t.age(f))
}

// age marks what was there before the change, where most readers look for what was not.
func (t *textWriter) age(f gate.Finding) string {
	switch {
	case f.Refused != "":
		return t.paint.dim(" (its ignore comment does not count)")
	case f.Change == "existing" && f.Vulnerability != nil:
		return t.paint.dim(" (disclosed, not introduced by this change)")
	case f.Change == "existing":
		return t.paint.dim(" (there before)")
	}
	return ""
}

// position is "path:line:column" without what is unknown.
func position(path string, lineNumber, column int) string {
	s := line(path)
	if lineNumber > 0 {
		s += ":" + strconv.Itoa(lineNumber)
		if column > 0 {
			s += ":" + strconv.Itoa(column)
		}
	}
	return s
}

func (t *textWriter) excerpt(f gate.Finding) {
	text, ok := t.result.Sources[f.Path][f.Line]
	if !ok || f.Line < 1 {
		return
	}
	end := f.EndColumn
	if f.EndLine > f.Line {
		end = 0
	}
	shown, carets := excerpt(text, f.Column, end)
	number := strconv.Itoa(f.Line)
	t.printf("  %s %s\n", t.paint.dim(number+" |"), shown)
	t.printf("  %s %s\n", t.paint.dim(strings.Repeat(" ", len(number))+" |"), t.paint.caret(carets))
}

// details writes what helps with findings at one place, each thing once.
func (t *textWriter) details(group []gate.Finding) {
	var lines, fixes []string
	for _, f := range group {
		if title := line(fixTitle(f)); title != "" && !slices.Contains(fixes, title) {
			fixes = append(fixes, title)
		}
	}
	for i, title := range fixes {
		if i == maxTextFixes {
			title = fmt.Sprintf("… and %d more for this place", len(fixes)-i)
		}
		if i <= maxTextFixes {
			lines = append(lines, t.paint.label("fix:")+" "+title)
		}
	}
	for _, f := range group {
		for _, rel := range f.Related {
			lines = append(lines, t.paint.label("see:")+" "+strings.TrimSpace(position(rel.Path, rel.Line, rel.Column)+" "+line(rel.Message)))
		}
		if f.Object != nil && len(f.Object.Overlays) > 1 {
			lines = append(lines, t.paint.label("rendered by:")+" "+line(strings.Join(f.Object.Overlays, ", ")))
		}
	}
	for i, l := range lines {
		if !slices.Contains(lines[:i], l) {
			t.printf("  %s\n", l)
		}
	}
}

func (t *textWriter) images() {
	for _, i := range t.result.Images {
		t.printf("%s %s", t.paint.label("image"), line(imageName(i)))
		var platforms []string
		for _, p := range i.Platforms {
			platforms = append(platforms, fmt.Sprintf("%s %s", line(p.Platform), count(p.Packages, "package")))
		}
		if len(platforms) > 0 {
			t.printf(": %s", strings.Join(platforms, ", "))
		}
		if i.Pushed != "" {
			t.printf("\n  pushed as %s", line(i.Pushed))
		}
		if i.Signed {
			t.printf("\n  signed %s", line(i.Signature))
		}
		t.printf("\n")
	}
}

func (t *textWriter) notAnalysed() {
	if len(t.result.NotAnalysed) == 0 {
		return
	}
	t.printf("%s\n", t.paint.label("not analysed:"))
	for _, n := range t.result.NotAnalysed {
		place := position(n.Path, n.Line, 0)
		if n.Path == "" {
			place = "-"
		}
		t.printf("  %s %s\n", place, line(n.Reason))
	}
}

// waived names what does not count and why, one line each.
func (t *textWriter) waived() {
	for _, f := range t.result.Findings {
		if f.Status == "open" {
			continue
		}
		place := line(about(f))
		if f.Path != "" {
			place = position(f.Path, f.Line, f.Column)
		}
		t.printf("%s %s %s", t.paint.dim(line(f.Status)), place, line(ruleName(f)))
		if f.WaiverReason != "" {
			t.printf(": %s", line(f.WaiverReason))
		}
		t.printf("\n")
	}
}

// blocking names again what blocks, where it stands so far up among what does
// not that a reader of the last lines would have to look for it.
func (t *textWriter) blocking() {
	all := open(t.result)
	var blocking []gate.Finding
	for i := range all {
		if all[i].Blocking {
			blocking = append(blocking, all[i])
		}
	}
	if len(all) <= shortText || len(blocking) == 0 || len(blocking) == len(all) {
		return
	}
	t.printf("%s\n", t.paint.label("to fix or waive:"))
	blocking = ranked(blocking)
	for i, f := range blocking {
		if i == maxTextBlocking {
			t.printf("  … and %d more\n", len(blocking)-i)
			break
		}
		t.printf("  ")
		t.headline(f)
	}
}

func (t *textWriter) summary() {
	r := t.result
	if r.Change != nil {
		for _, note := range r.Change.Notes {
			t.printf("%s\n", t.paint.label(line(note)))
		}
	}
	if what := checked(r); what != "" {
		t.printf("checked %s", what)
		if ms := totalTime(r); ms > 0 {
			t.printf(" in %.2f s", ms/1000)
		}
		t.printf("\n")
	}
	if what := narrowed(r); what != "" {
		t.printf("%s\n", what)
	}
	if what := compared(r); what != "" {
		t.printf("%s\n", what)
	}
	if what := baseline(r); what != "" {
		t.printf("%s\n", what)
	}
	if what := inputCounts(r); what != "" {
		t.printf("build inputs: %s\n", what)
	}
	if data := advisoryData(r); data != "" {
		t.printf("advisories: %s\n", data)
	}
	if len(r.Findings) > 0 {
		t.printf("%s\n", totals(r))
	}
	if n := len(r.NotAnalysed); n > 0 {
		t.printf("%s not analysed\n", count(n, "input"))
	}
	t.printf("%s\n", t.paint.verdict(r.Result, verdict(r)))
}

// totalTime is the wall time in milliseconds: the phase "total" where the run
// measured it, else the sum of the phases.
func totalTime(r *gate.Result) float64 {
	if total, ok := r.Timings["total"]; ok {
		return total
	}
	sum := 0.0
	for _, phase := range slices.Sorted(maps.Keys(r.Timings)) {
		sum += r.Timings[phase]
	}
	return sum
}
