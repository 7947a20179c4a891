package advisory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// build compiles data to a folder.
func build(t testing.TB, from string, o BuildOptions) (string, *Index) {
	t.Helper()
	o.From, o.Out, o.Built = from, t.TempDir(), now()
	x, err := Build(context.Background(), o)
	require.NoError(t, err)
	return o.Out, x
}

// mixed is data of several kinds: releases, words and scores, aliases, malware,
// enumerated versions and a notice.
func mixed() data {
	deb := func(release, fixed string) string {
		return fmt.Sprintf(`{"package":{"name":"p","ecosystem":"Debian:%s"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":%q}]}],"ecosystem_specific":{"urgency":"low**"}}`, release, fixed)
	}
	return data{
		"Debian/a.json": `{"id":"DEBIAN-CVE-2024-1","upstream":["CVE-2024-1"],"modified":"2026-10-02T00:00:00Z","affected":[` + deb("11", "1.0") + `,` + deb("12", "2.0") + `]}`,
		"Debian/b.json": `{"id":"DEBIAN-CVE-2024-2","upstream":["CVE-2024-2"],"details":"Long text. More of it.","affected":[{"package":{"name":"p","ecosystem":"Debian:12"},
			"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3"}]}],"versions":["1","2","2.5","7"]}]}`,
		"Debian/c.json": `{"id":"DSA-1","upstream":["CVE-2024-1","CVE-2024-2"],"affected":[` + deb("12", "3") + `]}`,
		"Debian/d.json": `{"id":"DEBIAN-CVE-2024-4","withdrawn":"2026-01-01T00:00:00Z","affected":[` + deb("12", "9") + `]}`,
		"npm/a.json": `{"id":"GHSA-1","aliases":["CVE-2024-2"],"summary":"one","database_specific":{"severity":"MODERATE"},"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
			"affected":[{"package":{"name":"q","ecosystem":"npm"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.0.0"},{"fixed":"1.5.0"},{"introduced":"2.0.0"},{"last_affected":"2.3.0"}]}]},
			{"package":{"name":"r","ecosystem":"npm"},"versions":["1.0.0"]},{"package":{"name":"q","ecosystem":"PyPI"},"versions":["1.0"]}]}`,
		"npm/b.json":  `{"id":"MAL-2026-1","summary":"Malicious code in evil (npm)","affected":[{"package":{"name":"evil","ecosystem":"npm"},"versions":["6.6.6"]}]}`,
		"npm/c.json":  `{"id":"GHSA-2","affected":[{"package":{"name":"q","ecosystem":"npm"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"limit":"1.2.0"}]}]}]}`,
		"PyPI/a.json": `{"id":"PYSEC-1","aliases":["CVE-2024-7"],"affected":[{"package":{"name":"Zope.Interface","ecosystem":"PyPI"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}],"versions":["1.0","1.5","3.0"]}]}`,
		"Ubuntu/a.json": `{"id":"UBUNTU-CVE-2024-1","upstream":["CVE-2024-1"],"severity":[{"type":"Ubuntu","score":"high"}],"affected":[{"package":{"name":"p","ecosystem":"Ubuntu:24.04:LTS"},
			"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3.0"}]}]},{"package":{"name":"p","ecosystem":"Ubuntu:Pro:24.04:LTS"},"versions":["1"]}]}`,
	}
}

// withoutPages drops what compiled data does not keep.
func withoutPages(list []Match) []Match {
	for i := range list {
		list[i].References = nil
	}
	return list
}

// samePackages looks packages up in both forms of the data.
func samePackages(t *testing.T, raw, compiled string, pkgs []Package) []Match {
	t.Helper()
	want, lacking, err := open(t, raw, Options{}).Match(context.Background(), pkgs)
	require.NoError(t, err)
	require.Empty(t, lacking)
	got, lacking, err := open(t, compiled, Options{}).Match(context.Background(), pkgs)
	require.NoError(t, err)
	require.Empty(t, lacking)
	require.Equal(t, withoutPages(want), withoutPages(got))
	return got
}

func TestCompiledDataAnswersAsTheRecordsDo(t *testing.T) {
	raw := mixed().dir(t)
	var warnings []string
	dir, x := build(t, raw, BuildOptions{Warn: func(s string) { warnings = append(warnings, s) }})
	var pkgs []Package
	for _, ecosystem := range []string{"Debian:11", "Debian:12", "npm", "PyPI", "Ubuntu:24.04"} {
		for _, name := range []string{"p", "q", "r", "evil", "zope-interface", "none"} {
			for _, version := range []string{"0.5", "1.0.0", "1.0", "1.5", "1.5.0", "2", "2.3.0", "2.5", "3.0", "6.6.6", "7", "(devel)", ""} {
				pkgs = append(pkgs, Package{ecosystem, name, version})
			}
		}
	}
	got := samePackages(t, raw, dir, pkgs)
	require.Greater(t, len(got), 20)
	var files []string
	for _, e := range x.Shards {
		files = append(files, e.File)
	}
	require.Equal(t, []string{"debian-11.twa", "debian-12.twa", "pypi.twa", "ubuntu-24.04.twa", "npm.twa", "npm.malware.twa"}, files)
	require.Equal(t, []string{"1 entries speak of paid or special releases and are left out"}, warnings)
	require.Equal(t, "Debian security tracker, converted by OSV", x.Shards[0].Sources[0].Name)
	require.Equal(t, "2026-10-02", x.Shards[0].Modified.Format(time.DateOnly))
}

func TestSeverityOfTheCVEElsewhere(t *testing.T) {
	dir, _ := build(t, mixed().dir(t), BuildOptions{})
	got := find(t, open(t, dir, Options{}), "Debian:12", "p", "2")
	require.Equal(t, []string{"CVE-2024-1", "CVE-2024-2"}, ids(got))
	require.Equal(t, "critical", got[1].Severity, "npm's record of the CVE has a score; only Debian's shard was read")
	require.Equal(t, "CVSS of CVE-2024-2", got[1].SeveritySource)
	require.Equal(t, "low", got[0].Severity, "the distribution's word comes first")
	require.Equal(t, []string{"https://osv.dev/vulnerability/DEBIAN-CVE-2024-1"}, got[0].References)
}

func TestBuildIsTheSameTwice(t *testing.T) {
	raw := mixed().dir(t)
	one, _ := build(t, raw, BuildOptions{})
	two, _ := build(t, write(t, "all.zip", mixed().zip(t)), BuildOptions{})
	files, err := os.ReadDir(one)
	require.NoError(t, err)
	require.Len(t, files, 7, "nothing temporary is left")
	for _, f := range files {
		a, err := os.ReadFile(filepath.Join(one, f.Name()))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(two, f.Name()))
		require.NoError(t, err)
		require.True(t, bytes.Equal(a, b), f.Name())
	}
}

func TestBuildOverHTTP(t *testing.T) {
	s := serve(t)
	dir, x := build(t, s.URL+"/osv", BuildOptions{Ecosystems: []string{"Go"}})
	require.Len(t, x.Shards, 1)
	require.Equal(t, []string{"CVE-2020-1"}, ids(find(t, open(t, dir, Options{}), "Go", "example.com/gin", "v1.5.0")))
	_, err := Build(context.Background(), BuildOptions{From: s.URL + "/osv", Out: t.TempDir(), Ecosystems: []string{"npm"}})
	require.ErrorContains(t, err, "has no advisories for npm", "an ecosystem that was named must be there")
}

func TestBuildRefusals(t *testing.T) {
	_, err := Build(context.Background(), BuildOptions{From: t.TempDir(), Out: t.TempDir()})
	require.ErrorContains(t, err, "holds none of the ecosystems")
	dir, _ := build(t, mixed().dir(t), BuildOptions{})
	_, err = Build(context.Background(), BuildOptions{From: dir, Out: t.TempDir()})
	require.ErrorContains(t, err, "holds shards already")
	out := t.TempDir()
	_, err = Build(context.Background(), BuildOptions{From: data{"Go/a.json": "<html>"}.dir(t), Out: out})
	require.ErrorContains(t, err, "Go: a.json: not an OSV record")
	left, err := os.ReadDir(out)
	require.NoError(t, err)
	require.Empty(t, left, "nothing half-written")
}

// Absurd ranges are kept and lead to an entry, never to silence or a crash.
func TestAbsurdRanges(t *testing.T) {
	entry := func(events string) string {
		return `"affected":[{"package":{"name":"p","ecosystem":"Debian:12"},"ranges":[{"type":"ECOSYSTEM","events":[` + events + `]}]}]}`
	}
	long := string(bytes.Repeat([]byte("9"), MaxVersionBytes+1))
	dir, _ := build(t, data{
		"Debian/a.json": `{"id":"A",` + entry(`{"introduced":"0"},{"fixed":"`+long+`"}`),
		"Debian/b.json": `{"id":"B",` + entry(`{"introduced":"5"},{"fixed":"2"},{"fixed":"1"},{"introduced":"5"},{},{"limit":""}`),
		"Debian/c.json": `{"id":"C",` + entry(`{"introduced":"0"},{"fixed":"a:b:c d"}`),
	}.dir(t), BuildOptions{})
	matches, missing, err := open(t, dir, Options{}).Match(context.Background(), []Package{{"Debian:12", "p", "1"}})
	require.NoError(t, err)
	require.Empty(t, matches)
	require.Len(t, missing, 1)
	require.Contains(t, missing[0].Reason, "A: a version of p cannot be compared with 1: version of 513 bytes, more than the limit of 512")
}

func TestDamagedShards(t *testing.T) {
	dir, x := build(t, mixed().dir(t), BuildOptions{})
	name := filepath.Join(dir, "npm.twa")
	whole, err := os.ReadFile(name)
	require.NoError(t, err)
	ask := func(t *testing.T) error {
		_, _, err := open(t, dir, Options{}).Match(context.Background(), []Package{{"npm", "q", "1.0.0"}})
		return err
	}
	require.NoError(t, ask(t))
	for what, c := range map[string]struct {
		bytes []byte
		want  string
	}{
		"flipped":   {append(bytes.Clone(whole[:100]), append([]byte{whole[100] ^ 1}, whole[101:]...)...), "the checksum at its end is wrong"},
		"truncated": {whole[:len(whole)-5], "the checksum at its end is wrong"},
		"empty":     {nil, "not a shard of advisories"},
		"another":   {read(t, filepath.Join(dir, "pypi.twa")), "its digest is sha256:"},
	} {
		t.Run(what, func(t *testing.T) {
			require.NoError(t, os.WriteFile(name, c.bytes, 0o644))
			err := ask(t)
			require.ErrorIs(t, err, errDamaged)
			require.ErrorContains(t, err, c.want)
			require.ErrorContains(t, err, "npm.twa")
		})
	}
	require.NoError(t, os.Remove(name))
	require.ErrorContains(t, ask(t), "the index names it and it is not there")
	require.NotEmpty(t, x.Shards)

	_, missing, err := open(t, dir, Options{}).Match(context.Background(), []Package{{"Go", "x", "v1.0.0"}, {"Debian:13", "x", "1"}})
	require.NoError(t, err)
	require.Len(t, missing, 2)
	require.Contains(t, missing[0].Reason, "holds no shard for Debian:13")
}

func TestKEVAndEPSS(t *testing.T) {
	kev := write(t, "kev.json", `{"dateReleased":"2026-10-30T10:00:00Z","vulnerabilities":[{"cveID":"CVE-2024-2"},{"cveID":"CVE-2019-0708"}]}`)
	epss := write(t, "epss.csv", "#model_version:v2025.03.14,score_date:2026-10-31T00:00:00+0000\ncve,epss,percentile\nCVE-2024-2,0.12345,0.9\nCVE-2024-7,0.00043,0.1\nCVE-2024-99999999,1,1\n")
	dir, x := build(t, mixed().dir(t), BuildOptions{KEV: kev, EPSS: epss})
	e := x.Shards[len(x.Shards)-1]
	require.Equal(t, Entry{Header: Header{Kind: KindCVE, Records: 4, Packages: 2, Built: now(), Modified: time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC), Sources: e.Sources}, File: "cve.twa", Digest: e.Digest, Size: e.Size}, e)
	db := open(t, dir, Options{})
	got := find(t, db, "npm", "q", "1.4.0")
	require.True(t, got[0].KEV)
	require.InDelta(t, 0.12345, got[0].EPSS, 1e-9)
	got = find(t, db, "PyPI", "zope.interface", "1.0")
	require.False(t, got[0].KEV)
	require.InDelta(t, 0.00043, got[0].EPSS, 1e-9)
	require.Empty(t, find(t, open(t, dir, Options{}), "npm", "none", "1.0.0"))

	for text, want := range map[string]string{
		"cve,epss,percentile\nCVE-1-2,0.5,0.1\n":    "row 2: \"CVE-1-2\"",
		"cve,epss,percentile\nCVE-2024-2,1.5,0.1\n": "no CVE with a score between 0 and 1",
		"cve,epss,percentile\nCVE-2024-2,NaN,0.1\n": "no CVE with a score between 0 and 1",
		"a,b\n": "not FIRST's scores",
	} {
		_, err := Build(context.Background(), BuildOptions{From: mixed().dir(t), Out: t.TempDir(), EPSS: write(t, "e.csv", text), Built: now()})
		require.ErrorContains(t, err, want)
	}
	_, err := Build(context.Background(), BuildOptions{From: mixed().dir(t), Out: t.TempDir(), KEV: write(t, "k.json", `{"vulnerabilities":[]}`), Built: now()})
	require.ErrorContains(t, err, "not CISA's catalogue")
	gone := httptest.NewServer(http.NotFoundHandler())
	defer gone.Close()
	_, err = Build(context.Background(), BuildOptions{From: mixed().dir(t), Out: t.TempDir(), KEV: gone.URL, Built: now()})
	require.ErrorContains(t, err, "404 Not Found")
}

func TestParseIndex(t *testing.T) {
	entry := `{"ecosystem":"npm","kind":"flaws","records":1,"packages":1,"built":"2026-01-01T00:00:00Z","sources":[],"file":%q,"digest":%q,"size":1}`
	digest := "sha256:" + fmt.Sprintf("%064d", 0)
	for text, want := range map[string]string{
		"<html>":              "not an index of shards",
		`{"version":1,"x":1}`: "unknown field",
		`{"version":9}`:       "version 9",
		`{"version":1}{}`:     "text after its end",
		`{"version":1,"shards":[` + fmt.Sprintf(entry, "../npm.twa", digest) + `]}`:  "is no name of a shard",
		`{"version":1,"shards":[` + fmt.Sprintf(entry, "npm.twa", "sha256:x") + `]}`: "is no sha256 digest",
	} {
		_, err := ParseIndex([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	return text
}

// FuzzShard opens any bytes as a shard, their checksum made right, and looks
// things up in them: nothing may panic or take long.
func FuzzShard(f *testing.F) {
	for _, list := range []data{mixed(), {"npm/a.json": mixed()["npm/a.json"]}} {
		dir, x := build(f, list.dir(f), BuildOptions{})
		for _, e := range x.Shards {
			text := read(f, filepath.Join(dir, e.File))
			f.Add(text[:len(text)-32])
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := openPacked(checksummed(text), "")
		if err != nil {
			return
		}
		s := &shard{base: "npm", scores: map[string]score{}, packed: p}
		for _, name := range []string{"p", "q", "evil", "zope-interface"} {
			_, _, err := match([]*shard{s}, Package{"npm", name, "1.0.0"})
			if err != nil && !errors.Is(err, errDamaged) {
				t.Fatal(err)
			}
		}
		if notes, err := p.lookup("2024"); err == nil {
			_, _ = readNotes(notes)
		}
	})
}
