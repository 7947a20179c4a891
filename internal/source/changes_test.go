package source

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestChanges(t *testing.T) {
	c := &Changes{Paths: []string{"a-b/c", "a/b.yaml", "a/link", "top"}}
	for path, want := range map[string][3]bool{ // Has, Reaches, Below
		"a/b.yaml": {true, true, false}, "a": {false, false, true}, "a/link/x/y": {false, true, false}, "a-b": {false, false, true},
		"a/c.yaml": {false, false, false}, "top": {true, true, false}, ".": {false, false, true}, "../top": {false, false, false}, "b": {},
	} {
		require.Equal(t, want, [3]bool{c.Has(path), c.Reaches(path), c.Below(path)}, path)
	}
	var all *Changes
	require.True(t, all.Has("x") && all.Reaches("x") && all.Reaches("../x") && all.Below("x") && all.Below("."), "without a revision everything is judged")
	require.False(t, (&Changes{}).Below("."))
}
