package lifecycle

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
		got, ok := LastSupported(c[0], c[1])
		require.True(t, ok, "%v", c)
		require.Equal(t, c[2], got.Format(time.DateOnly), "%v", c)
	}
	for _, c := range [][2]string{{"debian", ""}, {"debian", "99"}, {"", ""}, {"wolfi", "20230201"}, {"alpine", "3"}} {
		_, ok := LastSupported(c[0], c[1])
		require.False(t, ok, "%v", c)
	}
}

func TestEndOfLifeDatesAreDates(t *testing.T) {
	for id, releases := range merged() {
		for version := range releases {
			day, ok := LastSupported(id, version)
			require.True(t, ok, "%s %s", id, version)
			require.Greater(t, day.Year(), 2016, "%s %s", id, version)
		}
	}
}

// merged is both tables.
func merged() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, table := range []map[string]map[string]string{distributions, products} {
		for id, releases := range table {
			out[id] = releases
		}
	}
	return out
}

func TestNoNameIsADistributionAndAProduct(t *testing.T) {
	require.Len(t, merged(), len(distributions)+len(products))
	for id := range merged() {
		require.NotEqual(t, id, Name(id), "how people call %s", id)
	}
}

func TestCodenames(t *testing.T) {
	for name := range codenames {
		id, version, ok := Codename(name)
		require.True(t, ok)
		_, known := LastSupported(id, version)
		require.True(t, known, "%s: %s %s has no date", name, id, version)
	}
	_, _, ok := Codename("slim")
	require.False(t, ok)
}
