package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// Equivalent is one check of another tool and the rules that find the same.
type Equivalent struct {
	// Check is the other tool's own name for it, "DL3008".
	Check string
	// Rules find the same; empty where none does.
	Rules []rule.Rule
	// Reason says why there is none, "" where there is one.
	Reason string
}

// Tools returns the other tools that rules name in their aliases, sorted.
func Tools() []string {
	var out []string
	for _, r := range All() {
		for _, a := range r.Aliases {
			tool, _, _ := strings.Cut(a, ":")
			out = append(out, tool)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// As returns the checks of another tool in order, those without an equivalent
// included where they are known; nil for a tool that no rule names.
func As(tool string) []Equivalent {
	at := map[string]int{}
	var out []Equivalent
	for _, r := range All() {
		for _, a := range r.Aliases {
			check, ok := strings.CutPrefix(a, tool+":")
			if !ok {
				continue
			}
			i, known := at[check]
			if !known {
				i = len(out)
				at[check], out = i, append(out, Equivalent{Check: check})
			}
			out[i].Rules = append(out[i].Rules, r)
		}
	}
	for _, m := range without {
		if _, known := at[m.check]; m.tool == tool && !known {
			out = append(out, Equivalent{Check: m.check, Reason: m.reason})
		}
	}
	slices.SortFunc(out, func(a, b Equivalent) int { return strings.Compare(a.Check, b.Check) })
	return out
}

// without are the checks of other tools that no rule stands for, and why.
var without = [...]struct{ tool, check, reason string }{
	{"hadolint", "SC*", "ShellCheck's own checks are about shell in general: run shellcheck beside this"},
	{"kubesec", "VolumeClaimAccessModeReadWriteOnce", "an access mode is what the program needs, not a fault"},
	{"kube-linter", "volumeclaimtemplates", "it asks for an annotation that has to be configured first"},
}

// HadolintChecks are the codes of hadolint 2.15.1, so that none is forgotten.
// https://github.com/hadolint/hadolint#rules
func HadolintChecks() []string {
	out := []string{"DL1001"}
	for _, r := range [][2]int{{3000, 3004}, {3006, 3016}, {3018, 3030}, {3032, 3038}, {3040, 3067}, {4000, 4001}, {4003, 4006}} {
		for n := r[0]; n <= r[1]; n++ {
			out = append(out, fmt.Sprintf("DL%d", n))
		}
	}
	return out
}
