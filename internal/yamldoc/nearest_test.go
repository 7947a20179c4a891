package yamldoc

import (
	"strconv"
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
