package ruletest

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/rule"
)

// configured returns the rule as a policy with the settings of an example would
// run it: their values stand in for the defaults.
func configured(t testing.TB, r *rule.Rule, ex Example) *rule.Rule {
	t.Helper()
	if len(ex.Settings) == 0 {
		return r
	}
	out := *r
	out.Settings = slices.Clone(r.Settings)
	for name, text := range ex.Settings {
		i := slices.IndexFunc(out.Settings, func(s rule.Setting) bool { return s.Name == name })
		require.GreaterOrEqual(t, i, 0, "%s has no setting %s", r.ID, name)
		var err error
		switch s := &out.Settings[i]; s.Default.(type) {
		case []string:
			s.Default = strings.Fields(text)
		case bool:
			s.Default, err = strconv.ParseBool(text)
		case int:
			s.Default, err = strconv.Atoi(text)
		default:
			s.Default = text
		}
		require.NoError(t, err, "%s: setting %s", r.ID, name)
	}
	return &out
}
