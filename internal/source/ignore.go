package source

import (
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// Ignore is one in-place waiver: a comment that silences rules on the lines it
// stands for.
type Ignore struct {
	// At is the place of the comment.
	At Span
	// Rules are rule names, IDs or aliases of other tools ("hadolint:DL3008").
	Rules []string
	// First and Last are the 1-based lines the comment speaks of; both 0 means
	// the whole file.
	First, Last int
	// Files is a glob of the files it speaks of, where it stands in none of them;
	// "" means its own file.
	Files string
	// Reason and Until are as written; an ignore of ours without a reason is
	// itself a finding. Until is the zero time where none is given.
	Reason string
	Until  time.Time
	// Foreign is the tool whose syntax it is ("hadolint", "buildkit"), "" for ours.
	Foreign string
	// Problem says what is wrong with the comment (a bad date, no rule), "" if nothing is.
	Problem string
}

var (
	ignoreHead = lazyregexp.New(`tidewaiter:ignore(?:\s+|$)`)
	ignoreAttr = lazyregexp.New(`\b(until|reason)=("(?:[^"\\]|\\.)*"|\S+)`)
)

// ParseIgnore reads the body of a comment, without its comment sign, in the form
//
//	tidewaiter:ignore RULE[,RULE...] [until=YYYY-MM-DD] [reason="..."]
//
// and reports whether it is one. The caller sets First and Last.
func ParseIgnore(at Span, body string) (Ignore, bool) {
	body = strings.TrimSpace(body)
	loc := ignoreHead.FindStringIndex(body)
	if loc == nil || loc[0] != 0 {
		return Ignore{}, false
	}
	ig := Ignore{At: at}
	rest := body[loc[1]:]
	for _, m := range ignoreAttr.FindAllStringSubmatch(rest, -1) {
		value := m[2]
		if strings.HasPrefix(value, `"`) {
			value = strings.ReplaceAll(strings.Trim(value, `"`), `\"`, `"`)
		}
		switch m[1] {
		case "reason":
			ig.Reason = value
		case "until":
			t, err := time.Parse(time.DateOnly, value)
			if err != nil {
				ig.Problem = "until= is no date of the form YYYY-MM-DD"
			}
			ig.Until = t
		}
	}
	names := strings.FieldsFunc(ignoreAttr.ReplaceAllString(rest, ""), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	ig.Rules = append(ig.Rules, names...)
	if len(ig.Rules) == 0 {
		ig.Problem = "no rule is named"
	}
	return ig, true
}

// Covers reports whether the ignore speaks of a finding at s.
func (ig Ignore) Covers(s Span) bool {
	if !s.Valid() {
		return false
	}
	if ig.Files != "" {
		return MatchGlob(ig.Files, s.Path())
	}
	if s.Path() != ig.At.Path() {
		return false
	}
	return ig.First == 0 && ig.Last == 0 || s.Start.Line >= ig.First && s.Start.Line <= ig.Last
}
