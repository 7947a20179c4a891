package policy

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestTargetsHaveAPlace(t *testing.T) {
	f := source.NewFile("tidewaiter.yaml", "version: 1\nwaivers: []\nkubernetes-versions:\n- \"1.33\"\n- 1.36\n")
	config, err := Parse(f)
	require.NoError(t, err)
	got := config.Targets(f)
	require.Len(t, got, 2)
	require.Equal(t, "tidewaiter.yaml:4:4", got[0].At.String())
	require.Equal(t, "1.36", got[1].Version)
	require.Equal(t, "tidewaiter.yaml:5:3", got[1].At.String())
	require.False(t, config.Targets(nil)[0].At.Valid())
	require.Empty(t, Config{}.Targets(f))
}
