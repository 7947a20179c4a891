package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// inputCounts says how many inputs builds take from outside, and how many of
// them nothing holds to their content.
func inputCounts(r *gate.Result) string {
	if len(r.Inputs) == 0 {
		return ""
	}
	kinds := map[string]int{}
	loose := 0
	for _, in := range r.Inputs {
		kinds[in.Kind]++
		if !held(in.Pin) {
			loose++
		}
	}
	var parts []string
	for _, kind := range []string{"image", "frontend", "git", "url", "package-source", "language-registry"} {
		if n := kinds[kind]; n > 0 {
			parts = append(parts, kindCount(n, kind))
		}
	}
	out := strings.Join(parts, ", ")
	if loose == 0 {
		return out + "; all pinned to their content"
	}
	return out + fmt.Sprintf("; %d not pinned to their content", loose)
}

func kindCount(n int, kind string) string {
	switch kind {
	case "git":
		return count(n, "Git source")
	case "url":
		return count(n, "URL")
	case "package-source":
		return count(n, "package source")
	case "language-registry":
		return count(n, "language package source")
	}
	return count(n, kind)
}

// held reports whether a pin holds an input to the content that was reviewed.
func held(pin string) bool {
	return slices.Contains([]string{"digest", "checksum", "commit", "signature"}, pin)
}

// inputs is a folded table of what builds take from outside, what nothing holds
// first.
func (m *markdownWriter) inputs() string {
	if len(m.result.Inputs) == 0 {
		return ""
	}
	all := slices.Clone(m.result.Inputs)
	slices.SortStableFunc(all, func(a, b gate.Input) int { return cmp.Compare(looseness(a), looseness(b)) })
	return fold("Build inputs: "+inputCounts(m.result), "| what | role | pinned by | where | base image |\n|---|---|---|---|---|\n"+
		rows(all, maxSummaryBytes/10, func(in gate.Input) string {
			what := markdown(in.Kind, maxCell) + " " + code(in.Reference, maxCell)
			if in.Trigger != "" {
				what += " by ONBUILD of the base image"
			}
			return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", what, markdown(in.Role, maxCell), markdown(in.Pin, maxCell),
				m.place(in.Path, in.Line, "-"), markdown(baseText(in.Base), maxCell))
		}))
}

// looseness sorts what ends up in the image and is not pinned to the top.
func looseness(in gate.Input) int {
	n := slices.Index([]string{"final", "copied", "build-only", "unused"}, in.Role)
	if held(in.Pin) {
		n += 10
	}
	return n
}

// baseText is what is known of a base image.
func baseText(b *gate.Base) string {
	switch {
	case b == nil:
		return ""
	case b.Source == "":
		return "not known: " + b.Unknown
	case b.Root == "yes":
		return "runs as root (" + b.Source + ")"
	case b.User != nil:
		return "runs as " + *b.User + " (" + b.Source + ")"
	case b.Root == "no":
		return "does not run as root (" + b.Source + ")"
	}
	return b.Source
}
