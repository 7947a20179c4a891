package advisory

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMatchReportsEverythingKnown(t *testing.T) {
	db := open(t, data{"Go/GO-1.json": ginRecord}.dir(t), Options{})
	require.Equal(t, []Vulnerability{{
		ID: "CVE-2020-1", Aliases: []string{"GHSA-1", "GO-1"}, Summary: "log injection", Fixed: "1.6.0",
		Published:  time.Date(2021, 4, 14, 20, 4, 52, 0, time.UTC),
		References: []string{"https://example.com/advisory", "https://example.com/fix"},
	}}, find(t, db, "Go", "example.com/gin", "v1.5.0"))
	require.Empty(t, find(t, db, "Go", "example.com/gin", "v1.6.0"))
	require.Empty(t, find(t, db, "Go", "example.com/other", "v1.5.0"), "a name asked for later is read later")
	require.Empty(t, find(t, db, "Go", "example.com/gin", "(devel)"))
	require.Empty(t, find(t, db, "Go", "example.com/gin", ""))
}

func TestMatchVersions(t *testing.T) {
	record := func(ecosystem, affected string) string {
		return fmt.Sprintf(`{"id":"X-1","modified":"2026-10-01T00:00:00Z","affected":[{"package":{"name":"p","ecosystem":%q},%s}]}`, ecosystem, affected)
	}
	events := func(kind, list string) string {
		return `"ranges":[{"type":"GIT","events":[{"introduced":"0"}]},{"type":"` + kind + `","events":[` + list + `]}]`
	}
	for _, c := range []struct {
		name, ecosystem, affected string
		hit, miss                 []string
		fixed                     string
	}{
		{"fixed", "npm", events("SEMVER", `{"introduced":"1.0.0"},{"fixed":"1.2.0"}`),
			[]string{"1.0.0", "1.1.9", "1.2.0-rc.1"}, []string{"0.9.0", "1.2.0", "1.10.0", "2.0.0"}, "1.2.0"},
		{"last affected", "npm", events("SEMVER", `{"introduced":"0"},{"last_affected":"1.2.0"}`),
			[]string{"0.0.1", "1.2.0"}, []string{"1.2.1"}, ""},
		{"two branches in one range, unsorted", "npm", events("SEMVER", `{"fixed":"2.1.0"},{"introduced":"2.0.0"},{"introduced":"1.0.0"},{"fixed":"1.5.0"}`),
			[]string{"1.4.9"}, []string{"0.1.0", "1.5.0", "1.9.0", "2.1.0"}, "1.5.0"},
		{"introduced again after the fix, unsorted", "npm", events("SEMVER", `{"introduced":"3.0.0"},{"introduced":"1.0.0"},{"fixed":"2.0.0"}`),
			[]string{"3.0.0", "3.5.0"}, []string{"0.9.0", "2.0.0", "2.9.9"}, ""},
		{"fixed where it was introduced", "npm", events("SEMVER", `{"introduced":"1.0.0"},{"fixed":"1.0.0"}`),
			nil, []string{"0.9.0", "1.0.0", "1.1.0"}, ""},
		{"limit", "npm", events("SEMVER", `{"introduced":"1.0.0"},{"limit":"2.0.0"}`),
			[]string{"1.9.0"}, []string{"2.0.0"}, ""},
		{"no limit", "npm", events("SEMVER", `{"introduced":"1.0.0"},{"limit":"*"}`),
			[]string{"9.9.9"}, []string{"0.9.0"}, ""},
		{"enumerated beside a range", "npm", `"versions":["3.0.0"],` + events("SEMVER", `{"introduced":"1.0.0"},{"fixed":"1.2.0"}`),
			[]string{"3.0.0"}, []string{"3.0.1"}, ""},
		{"commits only", "npm", `"ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]`, nil, []string{"1.0.0"}, ""},
		{"debian's order", "Debian:12", events("ECOSYSTEM", `{"introduced":"0"},{"fixed":"1:2.36-9+deb12u4"}`),
			[]string{"1:2.36-9+deb12u3", "2.99", "1:2.36-9+deb12u4~1"}, []string{"1:2.36-9+deb12u4", "1:2.36-9+deb12u10"}, "1:2.36-9+deb12u4"},
		{"alpine's order", "Alpine:v3.20", events("ECOSYSTEM", `{"introduced":"0"},{"fixed":"3.3.2-r1"}`),
			[]string{"3.3.2-r0", "3.3.2_rc1-r5"}, []string{"3.3.2-r1", "3.3.10-r0"}, "3.3.2-r1"},
		{"python's order", "PyPI", events("ECOSYSTEM", `{"introduced":"0"},{"fixed":"4.2"}`),
			[]string{"4.2rc1", "4.1.10"}, []string{"4.2", "4.2.post1"}, "4.2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := baseOf(c.ecosystem)
			db := open(t, data{base + "/X-1.json": record(c.ecosystem, c.affected)}.dir(t), Options{})
			for _, v := range c.hit {
				got := find(t, db, c.ecosystem, "p", v)
				require.Len(t, got, 1, v)
				require.Equal(t, c.fixed, got[0].Fixed, v)
			}
			for _, v := range c.miss {
				require.Empty(t, find(t, db, c.ecosystem, "p", v), v)
			}
		})
	}
}

func TestMatchTellsReleasesApart(t *testing.T) {
	affected := func(ecosystem, fixed string) string {
		return fmt.Sprintf(`{"package":{"name":"p","ecosystem":%q},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":%q}]}]}`, ecosystem, fixed)
	}
	db := open(t, data{
		"Debian/1.json": `{"id":"DEBIAN-CVE-1","upstream":["CVE-1"],"affected":[` + affected("Debian:11", "1.0") + `,` + affected("Debian:12", "2.0") + `]}`,
		"Ubuntu/1.json": `{"id":"UBUNTU-CVE-1","upstream":["CVE-1"],"affected":[` + affected("Ubuntu:24.04:LTS", "3.0") + `,` + affected("Ubuntu:Pro:24.04:LTS", "4.0") + `]}`,
	}.dir(t), Options{})
	require.Empty(t, find(t, db, "Debian:11", "p", "1.5"))
	require.Equal(t, "2.0", find(t, db, "Debian:12", "p", "1.5")[0].Fixed)
	_, missing, err := db.Match(context.Background(), []Package{{"Debian:13", "p", "1.5"}})
	require.NoError(t, err)
	require.Len(t, missing, 1, "a release that no record names is not a release without flaws")
	require.Contains(t, missing[0].Reason, "no record about Debian:13")
	require.Equal(t, "3.0", find(t, db, "Ubuntu:24.04", "p", "1.5")[0].Fixed)
	require.Empty(t, find(t, db, "Ubuntu:24.04", "p", "3.5"), "paid fixes are another ecosystem")
}

func TestMatchMergesAliases(t *testing.T) {
	entry := func(fixed string) string {
		return `"affected":[{"package":{"name":"p","ecosystem":"npm"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"` + fixed + `"}]}]}]`
	}
	db := open(t, data{
		"npm/1.json": `{"id":"GHSA-a","aliases":["CVE-1"],"summary":"one",` + entry("1.2.0") + `}`,
		"npm/2.json": `{"id":"PKG-b","aliases":["CVE-1"],` + entry("1.3.0") + `}`,
		"npm/3.json": `{"id":"GHSA-c","aliases":["GHSA-d"],` + entry("9.0.0") + `}`,
		"npm/4.json": `{"id":"GHSA-e","withdrawn":"2026-01-01T00:00:00Z",` + entry("9.0.0") + `}`,
		"npm/5.json": `{"id":"MAL-1",` + entry("9.0.0") + `}`,
	}.dir(t), Options{})
	got := find(t, db, "npm", "p", "1.0.0")
	require.Equal(t, []string{"CVE-1", "GHSA-c", "MAL-1"}, ids(got))
	require.Equal(t, []string{"GHSA-a", "PKG-b"}, got[0].Aliases)
	require.Equal(t, "1.3.0", got[0].Fixed, "the version that no record calls affected")
	require.Equal(t, "one", got[0].Summary)
	require.Equal(t, []bool{false, false, true}, []bool{got[0].Malicious, got[1].Malicious, got[2].Malicious})
}

func TestMatchLeavesOutNoticesOfKnownFlaws(t *testing.T) {
	entry := `"affected":[{"package":{"name":"p","ecosystem":"Debian:12"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}`
	db := open(t, data{
		"Debian/a.json": `{"id":"DEBIAN-CVE-1","upstream":["CVE-1"],` + entry,
		"Debian/b.json": `{"id":"DEBIAN-CVE-2","upstream":["CVE-2"],` + entry,
		"Debian/c.json": `{"id":"DSA-1","upstream":["CVE-1","CVE-2"],` + entry,
		"Debian/d.json": `{"id":"DSA-2","upstream":["CVE-2","CVE-3"],` + entry,
	}.dir(t), Options{})
	got := find(t, db, "Debian:12", "p", "1")
	require.Equal(t, []string{"CVE-1", "CVE-2", "DSA-2"}, ids(got), "DSA-2 speaks of a flaw with no record of its own")
	require.Equal(t, []string{"CVE-2", "CVE-3"}, got[2].Aliases)
}

func TestMatchNormalisesNames(t *testing.T) {
	db := open(t, data{"PyPI/1.json": `{"id":"PYSEC-1","affected":[{"package":{"name":"Zope.Interface","ecosystem":"PyPI"},"versions":["1.0"]}]}`}.dir(t), Options{})
	require.Len(t, find(t, db, "PyPI", "zope_interface", "1.0"), 1)
}

func TestMatchGoToolchain(t *testing.T) {
	db := open(t, data{"Go/1.json": `{"id":"GO-9","affected":[{"package":{"name":"stdlib","ecosystem":"Go"},
		"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.21.11"},{"introduced":"1.22.0-0"},{"fixed":"1.22.4"}]}]}]}`}.dir(t), Options{})
	for version, want := range map[string]string{"1.22.3": "1.22.4", "go1.22.3": "1.22.4", "go1.22rc1": "1.22.4", "go1.21.10": "1.21.11", "go1.22.3 X:boringcrypto": "1.22.4"} {
		got := find(t, db, "Go", "stdlib", version)
		require.Len(t, got, 1, version)
		require.Equal(t, want, got[0].Fixed, version)
	}
	require.Empty(t, find(t, db, "Go", "stdlib", "go1.22.4"))
}

func TestMatchSaysWhatIsMissing(t *testing.T) {
	db := open(t, data{"Go/GO-1.json": ginRecord}.dir(t), Options{})
	matches, missing, err := db.Match(context.Background(), []Package{
		{"npm", "left-pad", "1.0.0"}, {"npm", "right-pad", "1.0.0"}, {"Go", "example.com/gin", "1.0.0"}, {"", "photon-thing", "1"},
	})
	require.NoError(t, err)
	require.Len(t, matches, 1)
	require.Len(t, missing, 2)
	require.Equal(t, Missing{Ecosystem: "", Packages: 1, Reason: missing[0].Reason}, missing[0])
	require.Equal(t, "npm", missing[1].Ecosystem)
	require.Equal(t, 2, missing[1].Packages)
	require.Contains(t, missing[1].Reason, "add npm/all.zip")
}

func TestMatchSaysWhatCannotBeOrdered(t *testing.T) {
	db := open(t, data{"Debian/1.json": `{"id":"DEBIAN-CVE-1","affected":[{"package":{"name":"p","ecosystem":"Debian:12"},
		"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"not:a:version:at all"}]}]}]}`}.dir(t), Options{})
	matches, missing, err := db.Match(context.Background(), []Package{{"Debian:12", "p", "1"}})
	require.NoError(t, err)
	require.Empty(t, matches)
	require.Len(t, missing, 1)
	require.Contains(t, missing[0].Reason, "DEBIAN-CVE-1: a version of p cannot be compared with 1")
}

func TestEcosystemOf(t *testing.T) {
	for _, c := range [][4]string{
		{"debian", "12", "deb", "Debian:12"},
		{"ubuntu", "24.04", "deb", "Ubuntu:24.04"},
		{"alpine", "3.20.3", "apk", "Alpine:v3.20"},
		{"alpine", "", "apk", ""},
		{"wolfi", "20230201", "apk", "Wolfi"},
		{"rocky", "9.3", "rpm", "Rocky Linux:9"},
		{"debian", "", "deb", ""},
		{"photon", "5.0", "rpm", ""},
		{"debian", "12", "golang", "Go"},
		{"", "", "npm", "npm"},
		{"", "", "pypi", "PyPI"},
		{"", "", "generic", ""},
	} {
		require.Equal(t, c[3], EcosystemOf(c[0], c[1], c[2]), "%v", c)
	}
}
