package ruletest

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

var (
	idForm    = regexp.MustCompile(`^TW-[DKIXWP]\d{3}$`)
	nameForm  = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	aliasForm = regexp.MustCompile(`^[a-z-]+:[A-Za-z0-9_.-]+$`)
)

// Metadata checks what every rule says of itself, and that no two share an ID,
// a name or an alias's meaning within one tool by mistake of copying.
func Metadata(t *testing.T, rules []rule.Rule) {
	var practices []string
	for _, p := range rule.Practices() {
		practices = append(practices, p.ID)
	}
	seen := map[string]string{}
	for _, r := range rules {
		require.Regexp(t, idForm, r.ID)
		require.Regexp(t, nameForm, r.Name, r.ID)
		for _, word := range []string{r.ID, r.Name} {
			require.Empty(t, seen[word], "%s is used by %s and %s", word, seen[word], r.ID)
			seen[word] = r.ID
		}
		require.NotEqual(t, rule.Unset, r.Severity, r.ID)
		require.Contains(t, []rule.Profile{rule.Default, rule.Strict, rule.Tidy}, r.Profile, r.ID)
		require.NotEmpty(t, r.Since, r.ID)
		require.NotEmpty(t, r.Title, r.ID)
		require.False(t, strings.HasSuffix(r.Title, "."), "%s: a title has no full stop", r.ID)
		require.LessOrEqual(t, len(r.Title), 100, "%s: a title is short", r.ID)
		require.True(t, sentence(r.Why), "%s: Why is complete sentences: %q", r.ID, r.Why)
		require.True(t, sentence(r.Fix), "%s: Fix is complete sentences: %q", r.ID, r.Fix)
		require.NotEmpty(t, r.Refs, "%s: a rule serves a standard or a practice, or it is opinion", r.ID)
		for _, ref := range r.Refs {
			require.NotEmpty(t, ref.Standard, r.ID)
			require.NotEmpty(t, ref.Control, r.ID)
			if ref.Standard == "practice" {
				require.Contains(t, practices, ref.Control, "%s: there is no such practice", r.ID)
			}
		}
		for _, a := range r.Aliases {
			require.Regexp(t, aliasForm, a, r.ID)
		}
		for _, s := range r.Settings {
			require.Regexp(t, nameForm, s.Name, r.ID)
			require.NotEmpty(t, s.Doc, "%s: setting %s", r.ID, s.Name)
		}
	}
}

func sentence(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && strings.ContainsAny(s[len(s)-1:], ".`)")
}
