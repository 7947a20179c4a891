package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// remedy is one change and the findings that it removes.
type remedy struct {
	first              gate.Finding
	blocking, findings int
}

// remedies groups the open findings by the change that removes them, the most
// effective first; the packages that one line brings in are one change.
func remedies(r *gate.Result) []remedy {
	type change struct {
		path, title string
		line        int
	}
	var out []remedy
	at := map[change]int{}
	for _, f := range ranked(open(r)) {
		title := fixTitle(f)
		if title == "" {
			continue
		}
		c := change{f.Path, title, f.Line}
		if f.Package != nil && f.Path != "" {
			c.title = "packages"
		}
		i, ok := at[c]
		if !ok {
			i = len(out)
			at[c] = i
			out = append(out, remedy{first: f})
		}
		out[i].findings++
		if f.Blocking {
			out[i].blocking++
		}
	}
	slices.SortStableFunc(out, func(a, b remedy) int {
		return cmp.Or(b.blocking-a.blocking, weight(b.first.Severity)-weight(a.first.Severity), b.findings-a.findings)
	})
	return out
}

// fixFirst lists the five changes that help most, where there is a choice: those
// that let the verdict pass, and those that remove several findings at once.
func (m *markdownWriter) fixFirst() string {
	all := slices.DeleteFunc(remedies(m.result), func(r remedy) bool { return r.blocking == 0 && r.findings < 2 })
	if len(all) < 2 {
		return ""
	}
	var b strings.Builder
	b.WriteString("### Fix first\n\n")
	for i, r := range all[:min(len(all), 5)] {
		f := r.first
		title := markdown(fixTitle(f), maxCell)
		if r.findings > 1 && f.Package != nil {
			title = "update the packages that this line brings in"
		}
		fmt.Fprintf(&b, "%d. %s: %s (removes %s", i+1, m.place(f.Path, f.Line, about(f)), title, count(r.findings, "finding"))
		switch {
		case r.blocking == 1 && r.findings == 1:
			b.WriteString(", which blocks")
		case r.blocking == r.findings:
			b.WriteString(", all of which block")
		case r.blocking > 0:
			fmt.Fprintf(&b, ", of which %d block", r.blocking)
		}
		b.WriteString(")\n")
	}
	return b.String() + "\n"
}

func (m *markdownWriter) waived() string {
	all := slices.DeleteFunc(slices.Clone(m.result.Findings), func(f gate.Finding) bool { return f.Status == "open" })
	if len(all) == 0 {
		return ""
	}
	return fold(count(len(all), "finding")+" waived or ignored", "| | where | rule | reason |\n|---|---|---|---|\n"+
		rows(all, maxSummaryBytes/10, func(f gate.Finding) string {
			return fmt.Sprintf("| %s | %s | %s | %s |\n", markdown(f.Status, maxCell), m.place(f.Path, f.Line, about(f)), m.rule(f), markdown(f.WaiverReason, maxCell))
		}))
}

func (m *markdownWriter) images() string {
	if len(m.result.Images) == 0 {
		return ""
	}
	out := "### Images\n\n| image | digest | packages | signed |\n|---|---|--:|---|\n" + rows(m.result.Images, maxSummaryBytes/10, imageRow)
	var commands []string
	for _, i := range m.result.Images {
		if i.Signed {
			commands = append(commands, verifyCommand(cmp.Or(i.Pushed, i.Ref), i.Digest)...)
		}
	}
	if len(commands) > 0 {
		out += "Verify with the public key that belongs to the signing key:\n\n```sh\n" +
			strings.Join(commands[:min(len(commands), 20)], "\n") + "\n```\n\n"
	}
	return out
}

func imageRow(i gate.Image) string {
	signed := "no"
	if i.Signed {
		signed = "yes"
	}
	return fmt.Sprintf("| %s | %s | %d | %s |\n", code(cmp.Or(i.Pushed, i.Ref), maxCell), code(i.Digest, maxCell), packages(i), signed)
}

var (
	safeRepository = lazyregexp.New(`^[a-zA-Z0-9][a-zA-Z0-9._:/-]{0,250}$`)
	safeDigest     = lazyregexp.New(`^sha256:[0-9a-f]{64}$`)
)

// verifyCommand returns lines to paste into a shell, none where a name holds
// anything that a shell could take for more than a name.
func verifyCommand(ref, digest string) []string {
	repo := repository(ref)
	if _, pushed, ok := strings.Cut(ref, "@"); ok {
		digest = pushed
	}
	if !safeRepository.MatchString(repo) || !safeDigest.MatchString(digest) {
		return nil
	}
	return []string{"tidewaiter verify " + repo + "@" + digest + " --key cosign.pub"}
}

func (m *markdownWriter) notAnalysed() string {
	all := m.result.NotAnalysed
	if len(all) == 0 {
		return ""
	}
	return "### Not analysed\n\n| where | why |\n|---|---|\n" + rows(all, maxSummaryBytes/10, func(n gate.NotAnalysed) string {
		return fmt.Sprintf("| %s | %s |\n", m.place(n.Path, n.Line, "-"), markdown(n.Reason, maxCell))
	})
}

// footer says what was looked at, by what data and how long it took.
func (m *markdownWriter) footer() string {
	r := m.result
	out := ""
	if what := checked(r); what != "" {
		out = "Checked " + what + "."
	}
	for _, what := range []string{compared(r), baseline(r)} {
		if what != "" {
			out += " " + markdown(strings.ToUpper(what[:1])+what[1:], maxCell) + "."
		}
	}
	if what := narrowed(r); what != "" {
		out += " " + markdown(strings.ToUpper(what[:1])+what[1:], maxCell) + "."
	}
	if data := advisoryData(r); data != "" {
		out += " Advisories: " + markdown(data, maxCell) + "."
	}
	var phases []string
	for i, phase := range slices.Sorted(maps.Keys(r.Timings)) {
		if i < 20 {
			phases = append(phases, fmt.Sprintf("%s %.0f ms", markdown(phase, 40), r.Timings[phase]))
		}
	}
	if len(phases) > 0 {
		out += " Timings: " + strings.Join(phases, ", ") + "."
	}
	return out + "\n"
}
