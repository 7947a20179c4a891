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
