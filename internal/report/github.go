package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// writeGitHub writes workflow commands that GitHub shows as annotations beside
// the lines of a change. It shows ten of each level for a step and drops the
// others silently, so they are ranked and merged, and the last one says how
// many there are besides.
func writeGitHub(w io.Writer, r *gate.Result, o Options) error {
	var b strings.Builder
	findings := ranked(open(r))
	for _, level := range []string{"error", "warning", "notice"} {
		all := annotations(findings, level)
		if level == "error" && r.Result == "error" {
			all = slices.Insert(all, 0, annotation{title: "tidewaiter could not decide", message: short(r.Error, maxAnnotationText)})
		}
		slots := maxAnnotations
		if level == "warning" {
			slots = max(slots-o.Warnings, 1)
		}
		shown := all
		if len(all) > slots {
			shown = append(slices.Clone(all[:slots-1]), overflow(all[slots-1:]))
		}
		for _, a := range shown {
			b.WriteString(a.command(level, o))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// annotation is one or more findings of one rule in one file.
type annotation struct {
	title    string
	message  string
	findings []gate.Finding // the first says where it is shown
}

// annotations groups the findings of a level by rule and file, in their order.
func annotations(findings []gate.Finding, level string) []annotation {
	var out []annotation
	type group struct{ rule, path string }
	at := map[group]int{}
	for _, f := range findings {
		if annotationLevel(f.Severity) != level {
			continue
		}
		g := group{f.Rule, f.Path}
		i, ok := at[g]
		if !ok {
			i = len(out)
			at[g] = i
			out = append(out, annotation{title: annotationTitle(f)})
		}
		out[i].findings = append(out[i].findings, f)
	}
	for i, a := range out {
		out[i].message = annotationMessage(a.findings)
	}
	return out
}

// annotationLevel is GitHub's level of a severity.
func annotationLevel(severity string) string {
	switch severity {
	case "critical", "high":
		return "error"
	case "medium":
		return "warning"
	}
	return "notice"
}

func annotationTitle(f gate.Finding) string {
	return short(f.Rule+" · "+cmp.Or(f.Title, f.Name), maxAnnotationTitle)
}

// annotationMessage has at most three lines: what is wrong, what to write, and
// the way out.
func annotationMessage(findings []gate.Finding) string {
	f := findings[0]
	text := short(f.Message, maxAnnotationText)
	if more := others(findings); more != "" {
		text += " (" + more + ")"
	}
	if title := fixTitle(f); title != "" {
		text += "\nFix: " + short(title, maxAnnotationText)
	}
	name := short(cmp.Or(f.Name, f.Rule), maxRuleName)
	if f.Path == "" {
		return text + "\nWaive: an entry for " + name + " below waivers: in tidewaiter.yaml"
	}
	return text + "\nWaive: # tidewaiter:ignore " + name + ` until=YYYY-MM-DD reason="…"`
}

// others says where the rest of a group is: "and 4 more, on lines 7, 9".
func others(findings []gate.Finding) string {
	rest := len(findings) - 1
	if rest == 0 {
		return ""
	}
	var lines []int
	for _, f := range findings[1:] {
		if f.Line > 0 && f.Line != findings[0].Line {
			lines = append(lines, f.Line)
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	text := fmt.Sprintf("and %d more", rest)
	switch {
	case findings[0].Path == "":
		return text
	case len(lines) == 0:
		return text + " here"
	case len(lines) == 1:
		text += ", on line "
	default:
		text += ", on lines "
	}
	for i, l := range lines {
		switch {
		case i == 10:
			return text + " …"
		case i > 0:
			text += ", "
		}
		text += strconv.Itoa(l)
	}
	return text
}

// overflow is the annotation in the last slot.
func overflow(left []annotation) annotation {
	n := 0
	for _, a := range left {
		n += len(a.findings)
	}
	return annotation{
		title:   "tidewaiter: more findings",
		message: fmt.Sprintf("%d more of this level are in the job summary and the report files", n),
	}
}

// command is the annotation as a line for the runner.
func (a annotation) command(level string, o Options) string {
	var props []string
	if len(a.findings) > 0 && a.findings[0].Path != "" {
		f := a.findings[0]
		props = append(props, "file="+commandProperty(plain(o.prefixed(f.Path))))
		if f.Line > 0 {
			props = append(props, "line="+strconv.Itoa(f.Line), "endLine="+strconv.Itoa(f.Line))
			if f.Column > 0 {
				props = append(props, "col="+strconv.Itoa(f.Column))
			}
			if f.EndLine == f.Line && f.EndColumn > f.Column {
				props = append(props, "endColumn="+strconv.Itoa(f.EndColumn))
			}
		}
	}
	props = append(props, "title="+commandProperty(a.title))
	return "::" + level + " " + strings.Join(props, ",") + "::" + commandData(a.message) + "\n"
}

// Annotation returns a workflow command that shows a message of this program,
// which may quote outside text; level is error, warning or notice.
func Annotation(level, title, message string) string {
	return annotation{title: short(title, maxAnnotationTitle), message: short(message, maxAnnotationText)}.command(level, Options{})
}
