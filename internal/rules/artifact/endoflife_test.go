package artifact

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLastSupported(t *testing.T) {
	for _, c := range [][3]string{
		{"debian", "10", "2024-06-30"},
		{"ubuntu", "24.04", "2029-06-30"},
		{"alpine", "3.20.3", "2026-04-01"},
		{"alpine", "3.9.6", "2020-11-01"},
		{"rocky", "9.4", "2032-05-31"},
		{"amzn", "2018.03", "2023-12-31"},
		{"amzn", "2023", "2029-06-30"},
		{"opensuse-leap", "15.6", "2026-04-30"},
		{"fedora", "42", "2026-05-13"},
	} {
		got, ok := lastSupported(c[0], c[1])
		require.True(t, ok, "%v", c)
		require.Equal(t, c[2], got.Format(time.DateOnly), "%v", c)
	}
	for _, c := range [][2]string{{"debian", ""}, {"debian", "99"}, {"", ""}, {"wolfi", "20230201"}, {"alpine", "3"}} {
		_, ok := lastSupported(c[0], c[1])
		require.False(t, ok, "%v", c)
	}
}

func TestEndOfLifeDatesAreDates(t *testing.T) {
	for id, releases := range endOfLife {
		for version := range releases {
			day, ok := lastSupported(id, version)
			require.True(t, ok, "%s %s", id, version)
			require.Greater(t, day.Year(), 2017, "%s %s", id, version)
		}
	}
}
