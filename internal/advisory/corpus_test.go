package advisory

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// goData opens the real Go database of the corpus.
func goData(t testing.TB) *DB {
	corpus := os.Getenv("TIDEWAITER_CORPUS")
	if corpus == "" {
		t.Skip("TIDEWAITER_CORPUS is not set: the real Go database is NOT tested")
	}
	return open(t, filepath.Join(corpus, "osv"), Options{})
}

func TestRealGoDatabase(t *testing.T) {
	db := goData(t)
	for _, c := range []struct {
		name, version, id, fixed string
	}{
		{"github.com/gin-gonic/gin", "v1.5.0", "CVE-2020-36567", "1.6.0"},
		{"stdlib", "1.20.1", "CVE-2023-24538", "1.20.3"},
		{"golang.org/x/net", "v0.22.0", "CVE-2023-45288", "0.23.0"},
	} {
		got := find(t, db, "Go", c.name, c.version)
		require.Contains(t, ids(got), c.id)
		for _, v := range got {
			if v.ID == c.id {
				require.Equal(t, c.fixed, v.Fixed)
				require.Empty(t, v.Severity, "no record of the Go database carries a severity")
			}
		}
	}
	require.Empty(t, find(t, db, "Go", "github.com/gin-gonic/gin", "v99.0.0"))
	require.True(t, db.Info().Updated.IsZero(), "its records are dated to the year 1")
}

// BenchmarkLoad reads the Go database for a hundred packages.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		db := goData(b)
		_, _, err := db.Match(context.Background(), []Package{{"Go", "stdlib", "1.20.1"}, {"Go", "golang.org/x/net", "v0.22.0"}})
		require.NoError(b, err)
	}
}

// compiledGo is the corpus' Go database as a shard.
func compiledGo(t testing.TB) (dir string, e Entry) {
	corpus := os.Getenv("TIDEWAITER_CORPUS")
	if corpus == "" {
		t.Skip("TIDEWAITER_CORPUS is not set: the real Go database is NOT tested")
	}
	dir, x := build(t, filepath.Join(corpus, "osv"), BuildOptions{Ecosystems: []string{"Go"}})
	return dir, x.Shards[0]
}

// goPackages names every package of the database at three versions.
func goPackages(t testing.TB, dir string) []Package {
	s, err := openPacked(read(t, filepath.Join(dir, "go.twa")), "")
	require.NoError(t, err)
	var out []Package
	for i := range s.names {
		_, err := s.lookup(s.names[i].first)
		require.NoError(t, err)
		for _, n := range s.open[i] {
			for _, v := range []string{"v0.0.1", "v1.2.3", "v1.20.1"} {
				out = append(out, Package{"Go", n.name, v})
			}
		}
	}
	return out
}

func TestCompiledGoDatabaseAnswersAsItsRecordsDo(t *testing.T) {
	dir, e := compiledGo(t)
	require.Greater(t, e.Records, 4000)
	require.Less(t, e.Size, int64(400<<10))
	pkgs := goPackages(t, dir)
	got := samePackages(t, filepath.Join(os.Getenv("TIDEWAITER_CORPUS"), "osv"), dir, pkgs)
	t.Logf("%d packages at three versions, %d matches, shard of %d bytes", len(pkgs)/3, len(got), e.Size)
	require.Greater(t, len(got), 3000)
}

// BenchmarkOpen opens the shard of the Go database; the target is 5 ms.
func BenchmarkOpen(b *testing.B) {
	dir, e := compiledGo(b)
	data := read(b, filepath.Join(dir, e.File))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := openPacked(data, e.Digest); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPackedLookup looks up every package of the Go database's 4,000
// records, one in twenty at an affected version, which is more than images hold;
// the target is 10 µs a package. BenchmarkPackedMatches does so at versions of
// which nearly all are affected, by three flaws each: there the time goes into
// describing the flaws.
func BenchmarkPackedLookup(b *testing.B) {
	dir, _ := compiledGo(b)
	var pkgs []Package
	for i, p := range goPackages(b, dir) {
		if i%20 != 0 {
			p.Version = "v99.0.0"
		}
		pkgs = append(pkgs, p)
	}
	lookup(b, dir, pkgs)
}

func BenchmarkPackedMatches(b *testing.B) {
	dir, _ := compiledGo(b)
	lookup(b, dir, goPackages(b, dir))
}

func lookup(b *testing.B, dir string, pkgs []Package) {
	db := open(b, dir, Options{})
	found, _, err := db.Match(context.Background(), pkgs)
	require.NoError(b, err)
	for b.Loop() {
		_, _, err := db.Match(context.Background(), pkgs)
		require.NoError(b, err)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(pkgs)), "ns/package")
	b.ReportMetric(float64(len(found))/float64(len(pkgs)), "matches/package")
}
