package advisory

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// now is the clock of the tests.
func now() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC) }

// data is a source: file contents by path.
type data map[string]string

// dir writes the files to a folder.
func (d data) dir(t testing.TB) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range d {
		path := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return root
}

// zip packs the files.
func (d data) zip(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(d)) {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = w.Write([]byte(d[name]))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.String()
}

func open(t testing.TB, source string, opts Options) *DB {
	t.Helper()
	if opts.Now == nil {
		opts.Now = now
	}
	db, err := Open(context.Background(), source, opts)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// find looks up one package in data whose ecosystems are all there.
func find(t testing.TB, db *DB, ecosystem, name, version string) []Vulnerability {
	t.Helper()
	matches, missing, err := db.Match(context.Background(), []Package{{ecosystem, name, version}})
	require.NoError(t, err)
	require.Empty(t, missing)
	var out []Vulnerability
	for _, m := range matches {
		out = append(out, m.Vulnerability)
	}
	return out
}

// ids returns the IDs of vulnerabilities.
func ids(vs []Vulnerability) []string {
	out := []string{}
	for _, v := range vs {
		out = append(out, v.ID)
	}
	return out
}

const ginRecord = `{"id":"GO-1","modified":"2026-10-01T00:00:00Z","published":"2021-04-14T20:04:52Z","aliases":["CVE-2020-1","GHSA-1"],
	"summary":"log injection","affected":[{"package":{"name":"example.com/gin","ecosystem":"Go"},
	"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.6.0"}]}]}],
	"references":[{"type":"FIX","url":"https://example.com/fix"},{"type":"ADVISORY","url":"https://example.com/advisory"},{"type":"WEB","url":"javascript:alert(1)"}]}`

// checksummed appends the checksum that a shard ends with.
func checksummed(text []byte) []byte {
	sum := sha256.Sum256(text)
	return append(bytes.Clone(text), sum[:]...)
}
