package spelling

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSuggest(t *testing.T) {
	few := []string{"fail-on", "profile", "rules"}
	require.Equal(t, `; did you mean "fail-on"?`, Suggest("fail-onn", few))
	require.Equal(t, `; did you mean "rules"?`, Suggest("Rulse", few))
	require.Equal(t, "; known are fail-on, profile, rules", Suggest("zzzzzzzzzz", few))
	require.Empty(t, Suggest("zzzzzzzzzz", nil))

	var many []string
	for i := range maxListed + 1 {
		many = append(many, "name-"+strconv.Itoa(i))
	}
	require.Empty(t, Suggest("zzzzzzzzzz", many), "nobody reads a message of that length")
	require.Equal(t, `; did you mean "name-3"?`, Suggest("nam-3", many))
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"build", "build", 0}, {"", "abc", 3}, {"biulder", "builder", 1}, {"buildr", "builder", 1},
		{"builders", "builder", 1}, {"bulider", "builder", 1}, {"kitten", "sitting", 3}, {"abc", "xyz", 3},
	} {
		require.Equal(t, c.want, Distance(c.a, c.b), "%s %s", c.a, c.b)
		require.Equal(t, c.want, Distance(c.b, c.a), "%s %s", c.b, c.a)
	}
	long := strings.Repeat("a", 10_000)
	require.Equal(t, len(long), Distance(long, "b"), "the work is bounded")
	require.Zero(t, Distance(long, long))
}
