package docs

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDescriptionDropsTheGoName(t *testing.T) {
	for comment, want := range map[string]string{
		"FailOn is the lowest\nseverity that blocks.": "The lowest severity that blocks.",
		"Exclude are globs.":                          "Globs.",
		"Paths leaves parts out.":                     "Leaves parts out.",
		"milliseconds by phase":                       "milliseconds by phase",
		"Owner":                                       "Owner",
		"":                                            "",
	} {
		require.Equal(t, want, description(comment))
	}
}
