package deploy

import (
	"fmt"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/manifest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
	"github.com/tidewaiter/tidewaiter/internal/spelling"
)

// misfit makes the finding about a fault at a key: the key itself is the place.
func misfit(fault manifest.Fault, format string, args ...any) rule.Finding {
	f := finding(fault.Field, nil, format, args...)
	f.At = fault.Field.Key()
	return f
}

// where names the map that a field stands in: "spec.template.spec of Deployment web".
func where(f manifest.Field) string {
	if path := f.Path(); path != "" {
		return path + " of " + named(f.Object())
	}
	return named(f.Object())
}

// release is "1.35".
func release(minor int) string { return fmt.Sprintf("1.%d", minor) }

// maxKnown is how many names a message lists.
const maxKnown = 8

// meant returns the known word that a given one is a misspelling of, "" where
// none or more than one is near.
func meant(given string, known []string) string {
	best, distance, tie := "", max(1, len(given)/4)+1, false
	for _, k := range known {
		switch d := spelling.Distance(strings.ToLower(given), strings.ToLower(k)); {
		case d < distance:
			best, distance, tie = k, d, false
		case d == distance && best != "":
			tie = true
		}
	}
	if tie {
		return ""
	}
	return best
}

// hint is what a message says of known words: the one that is meant, or all of few.
func hint(given string, known []string) string {
	if m := meant(given, known); m != "" {
		return fmt.Sprintf("; did you mean %q?", m)
	}
	if len(known) > 0 && len(known) <= maxKnown {
		return "; it has " + strings.Join(known, ", ")
	}
	return ""
}

// rewrite is the remedy that writes a word in the place of another, with the
// edit where that other stands there as it is.
func rewrite(at source.Span, given, word string) *rule.Fix {
	fix := &rule.Fix{Title: "write " + word}
	if at.Valid() && at.Text() == given {
		fix.Edits = []source.Edit{{Span: at, New: word}}
	}
	return fix
}
