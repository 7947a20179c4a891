package advisory

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	return path
}

func TestEverySourceGivesTheSame(t *testing.T) {
	records := data{"GO-1.json": ginRecord, "LICENSE": "text", "index.txt": "x"}
	all := records.zip(t)
	sources := map[string]string{
		"loose records":        data{"Go/GO-1.json": ginRecord, "Go/README.md": "x"}.dir(t),
		"an archive":           data{"Go/all.zip": all}.dir(t),
		"a zip of records":     write(t, "osv.zip", data{"Go/GO-1.json": ginRecord}.zip(t)),
		"a zip of archives":    write(t, "osv.zip", data{"Go/all.zip": all}.zip(t)),
		"archive before loose": data{"Go/all.zip": all, "Go/old.json": "not even JSON"}.dir(t),
	}
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			db := open(t, source, Options{})
			require.Equal(t, []string{"CVE-2020-1"}, ids(find(t, db, "Go", "example.com/gin", "v1.5.0")))
			info := db.Info()
			require.Equal(t, source, info.Source)
			require.Regexp(t, `^sha256:[0-9a-f]{64}$`, info.Digest)
			require.Equal(t, "2026-10-01", info.Updated.Format(time.DateOnly))
		})
	}
}

func TestDigestIsOverTheBytes(t *testing.T) {
	digest := func(d data) string {
		db := open(t, d.dir(t), Options{})
		find(t, db, "Go", "example.com/gin", "v1.5.0")
		return db.Info().Digest
	}
	one := digest(data{"Go/a.json": ginRecord})
	require.Equal(t, one, digest(data{"Go/a.json": ginRecord}))
	require.NotEqual(t, one, digest(data{"Go/a.json": ginRecord + " "}))
	require.NotEqual(t, one, digest(data{"Go/b.json": ginRecord}))
}

func TestDateOfTheData(t *testing.T) {
	dated := func(modified ...string) data {
		d := data{}
		for i, m := range modified {
			d["Go/"+string(rune('a'+i))+".json"] = `{"id":"GO-` + string(rune('1'+i)) + `","modified":"` + m + `"}`
		}
		return d
	}
	override := time.Date(2026, 9, 9, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		source data
		date   time.Time
		want   string
	}{
		"the newest":             {dated("2026-01-01T00:00:00Z", "2026-05-05T10:00:00.5Z", "2025-01-01T00:00:00Z"), override, "2026-05-05"},
		"not the year 1":         {dated("0001-01-01T00:00:00Z"), time.Time{}, "0001-01-01"},
		"not the future":         {dated("2027-01-01T00:00:00Z", "2026-02-02T00:00:00Z"), time.Time{}, "2026-02-02"},
		"the operator's instead": {dated("0001-01-01T00:00:00Z"), override, "2026-09-09"},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t, c.source.dir(t), Options{Date: c.date})
			find(t, db, "Go", "x", "1")
			require.Equal(t, c.want, db.Info().Updated.Format(time.DateOnly))
		})
	}
	// One undated ecosystem makes the whole undated.
	both := dated("2026-01-01T00:00:00Z")
	both["npm/a.json"] = `{"id":"GHSA-1"}`
	db := open(t, both.dir(t), Options{})
	find(t, db, "Go", "x", "1")
	find(t, db, "npm", "x", "1")
	require.True(t, db.Info().Updated.IsZero())
}

func TestBadSources(t *testing.T) {
	_, err := Open(context.Background(), filepath.Join(t.TempDir(), "none"), Options{})
	require.ErrorContains(t, err, "advisories: ")
	_, err = Open(context.Background(), write(t, "a.zip", "not a zip"), Options{})
	require.ErrorContains(t, err, "neither a folder nor a zip")
	_, err = Open(context.Background(), "oci://ghcr.io/acme/advisories", Options{})
	require.ErrorContains(t, err, "only a folder, a zip or an http(s) address can be read")

	whole := data{"GO-1.json": strings.Repeat(" ", 9000) + ginRecord}.zip(t)
	for name, c := range map[string]struct {
		source data
		want   []string
	}{
		"no zip":          {data{"Go/all.zip": "PK but no"}, []string{"Go/all.zip", "not a usable zip"}},
		"truncated":       {data{"Go/all.zip": whole[:len(whole)-30]}, []string{"Go/all.zip", "not a usable zip"}},
		"damaged":         {data{"Go/all.zip": strings.Replace(whole, whole[60:70], strings.Repeat("\xff", 10), 1)}, []string{"Go/all.zip", "GO-1.json"}},
		"no records":      {data{"Go/all.zip": data{"README": "x"}.zip(t)}, []string{"Go/all.zip", "holds no OSV records"}},
		"an empty folder": {data{"Go/README": "x"}, []string{"Go", "holds no OSV records"}},
		"no JSON":         {data{"Go/a.json": "<html>"}, []string{"Go: a.json", "not an OSV record"}},
		"other JSON":      {data{"Go/a.json": `{"Results":[]}`}, []string{"Go: a.json", "not an OSV record"}},
		"a list":          {data{"Go/a.json": `[]`}, []string{"Go: a.json", "not an OSV record"}},
		"too deep":        {data{"Go/a.json": strings.Repeat("[", 100) + strings.Repeat("]", 100)}, []string{"Go: a.json", "nested deeper than the limit of 64"}},
		"many affected": {data{"Go/a.json": `{"id":"X","affected":[` + strings.TrimSuffix(strings.Repeat(`{"package":{"name":"p"}},`, MaxAffected+1), ",") + `]}`},
			[]string{"Go: a.json", "more than the limit of 50000"}},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t, c.source.dir(t), Options{})
			_, _, err := db.Match(context.Background(), []Package{{"Go", "p", "v1.0.0"}})
			require.Error(t, err)
			for _, w := range append(c.want, "advisories: ") {
				require.ErrorContains(t, err, w)
			}
		})
	}
}

func TestMatchEndsWithItsContext(t *testing.T) {
	db := open(t, data{"Go/GO-1.json": ginRecord}.dir(t), Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err := db.Match(ctx, []Package{{"Go", "example.com/gin", "v1.0.0"}})
	require.ErrorIs(t, err, context.Canceled)
}
