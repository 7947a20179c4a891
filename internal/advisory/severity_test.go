package advisory

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	critical31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" // 9.8
	medium31   = "CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N" // 5.4
)

func TestScores(t *testing.T) {
	for vector, want := range map[string]struct {
		score score
		word  string
	}{
		critical31: {score{"3.1", 9.8}, "critical"},
		medium31:   {score{"3.1", 5.4}, "medium"},
		"CVSS:3.0/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N":                    {score{"3.0", 1.8}, "low"},
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N":                    {score{"3.1", 0}, "low"},
		"AV:N/AC:L/Au:N/C:C/I:C/A:C":                                      {score{"2.0", 10}, "high"},
		"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N": {score{"4.0", 9.3}, "critical"},
	} {
		got, ok := parseScore(vector)
		require.True(t, ok, vector)
		require.Equal(t, want.score, got, vector)
		require.Equal(t, want.word, got.word(), vector)
	}
	for _, bad := range []string{"", "9.8", "CVSS:3.1/AV:X", "CVSS:5.0/AV:N", "high"} {
		_, ok := parseScore(bad)
		require.False(t, ok, bad)
	}
}

func TestWhoseSeverity(t *testing.T) {
	entry := func(ecosystem, specific string) string {
		return `"affected":[{"package":{"name":"p","ecosystem":"` + ecosystem + `"},"versions":["1"]` + specific + `}]}`
	}
	cvss := func(vector string) string { return `"severity":[{"type":"CVSS_V3","score":"` + vector + `"}],` }
	for _, c := range []struct {
		name, ecosystem string
		records         data
		severity, by    string
		cvss            float64
	}{
		{"debian's urgency before the score", "Debian:12",
			data{"Debian/1.json": `{"id":"D-1",` + cvss(critical31) + entry("Debian:12", `,"ecosystem_specific":{"urgency":"low**"}`)}, "low", "Debian", 9.8},
		{"no urgency yet", "Debian:12",
			data{"Debian/1.json": `{"id":"D-1",` + cvss(critical31) + entry("Debian:12", `,"ecosystem_specific":{"urgency":"not yet assigned"}`)}, "critical", "CVSS:3.1", 9.8},
		{"ubuntu's word among the severities", "Ubuntu:24.04",
			data{"Ubuntu/1.json": `{"id":"U-1","severity":[{"type":"CVSS_V3","score":"` + critical31 + `"},{"type":"Ubuntu","score":"high"}],` + entry("Ubuntu:24.04:LTS", "")}, "high", "Ubuntu", 9.8},
		{"a library's score before the database's word", "npm",
			data{"npm/1.json": `{"id":"GHSA-1",` + cvss(medium31) + `"database_specific":{"severity":"HIGH"},` + entry("npm", "")}, "medium", "CVSS:3.1", 5.4},
		{"a word alone", "npm",
			data{"npm/1.json": `{"id":"GHSA-1","database_specific":{"severity":"MODERATE"},` + entry("npm", "")}, "medium", "GitHub", 0},
		{"the newest formula", "npm",
			data{"npm/1.json": `{"id":"GHSA-1","severity":[{"type":"CVSS_V3","score":"` + critical31 + `"},{"type":"CVSS_V4","score":"CVSS:4.0/AV:L/AC:L/AT:N/PR:L/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N"}],` + entry("npm", "")}, "medium", "CVSS:4.0", 4.8},
		{"an alias' score", "Go",
			data{"Go/1.json": `{"id":"GO-1","aliases":["CVE-1"],` + entry("Go", ""), "Go/2.json": `{"id":"GHSA-1","aliases":["CVE-1"],` + cvss(critical31) + entry("Go", "")}, "critical", "CVSS:3.1", 9.8},
		{"the CVE's own record, of no package", "Go",
			data{"Go/1.json": `{"id":"GO-1","aliases":["CVE-1"],` + entry("Go", ""), "Go/2.json": `{"id":"CVE-1","severity":[{"type":"CVSS_V3","score":"` + critical31 + `"}]}`}, "critical", "CVSS of CVE-1", 9.8},
		{"nobody rates it", "Go", data{"Go/1.json": `{"id":"GO-1","aliases":["CVE-1"],` + entry("Go", "")}, "", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := find(t, open(t, c.records.dir(t), Options{}), c.ecosystem, "p", "1")
			require.Len(t, got, 1)
			require.Equal(t, c.severity, got[0].Severity)
			require.Equal(t, c.by, got[0].SeveritySource)
			require.Equal(t, c.cvss, got[0].CVSS)
		})
	}
}
