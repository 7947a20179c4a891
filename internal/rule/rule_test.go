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

func TestRefReadsWithThePracticesTitle(t *testing.T) {
	require.Equal(t, "CIS Docker 4.1", Ref{"CIS Docker", "4.1"}.String())
	require.Equal(t, "practice M7 (build in several stages)", Ref{"practice", "M7"}.String())
	require.Equal(t, "practice M0", Ref{"practice", "M0"}.String())
}

func TestPracticesAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Practices() {
		require.Regexp(t, `^M\d+$`, p.ID)
		require.NotEmpty(t, p.Title, p.ID)
		require.False(t, seen[p.ID] || seen[p.Title], "%s %s", p.ID, p.Title)
		seen[p.ID], seen[p.Title] = true, true
	}
}

func TestMinor(t *testing.T) {
	for version, want := range map[string]int{"1.36": 36, "v1.36": 36, "1.36.2": 36, "1": -1, "": -1, "one": -1, "2.1": -1, "1.x": -1, "1.-3": -1} {
		got, ok := Minor(version)
		require.Equal(t, want >= 0, ok, version)
		if ok {
			require.Equal(t, want, got, version)
		}
	}
}
