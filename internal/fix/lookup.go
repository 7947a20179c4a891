package fix

import (
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// Fill turns the look-ups of the wanted findings that answer knows into edits.
// Where it returns "" the finding keeps its remedy in words. The findings are
// copied where one changes.
func Fill(findings []rule.Finding, wanted func(i int) bool, answer func(rule.Lookup) string) []rule.Finding {
	out := findings
	for i := range findings {
		f := &findings[i]
		if f.Fix == nil || f.Fix.Lookup == nil || len(f.Fix.Edits) > 0 || !wanted(i) {
			continue
		}
		if digest := answer(*f.Fix.Lookup); isDigest(digest) {
			if &out[0] == &findings[0] {
				out = slices.Clone(findings)
			}
			fix := *f.Fix
			fix.Edits = append(fix.Edits, f.Fix.Lookup.Edit(digest))
			out[i].Fix = &fix
		}
	}
	return out
}

// isDigest reports whether a word is "sha256:" and 64 hex digits: nothing else
// may come from outside into a file.
func isDigest(s string) bool {
	const prefix = "sha256:"
	if len(s) != len(prefix)+64 || s[:len(prefix)] != prefix {
		return false
	}
	for _, c := range s[len(prefix):] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
