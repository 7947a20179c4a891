package deploy

import (
	"slices"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// eachUnlabelled reports the workloads of whose metadata a function does not
// find what it looks for in the labels or annotations.
func eachUnlabelled(where, fix string, has func(p *rule.Pass, entries map[string]string) bool, format string) rule.Check {
	return rule.EachWorkload(func(p *rule.Pass, w *manifest.Workload) {
		field := w.Object.Field("metadata", where)
		if has(p, field.StringMap()) {
			return
		}
		f := finding(field, nil, format, named(w.Object))
		f.Fix = &rule.Fix{Title: fix}
		p.Report(f)
	})
}

// someKeyHolds reports whether some key holds one of the words.
func someKeyHolds(entries map[string]string, words []string) bool {
	for k := range entries {
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(k, w) }) {
			return true
		}
	}
	return false
}
