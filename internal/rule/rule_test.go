package rule

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSettingIsWrittenAsYAML(t *testing.T) {
	for want, value := range map[string]any{
		"90":               90,
		"true":             true,
		"word":             "word",
		`["1.36", "1.37"]`: []string{"1.36", "1.37"},
		"[]":               []string{},
	} {
		require.Equal(t, want, Setting{Default: value}.Written())
	}
}
