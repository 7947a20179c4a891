package image

import (
	"archive/tar"
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// A database of 500 MB is named with the limit, read over and not held; what comes
// after it is read.
func TestWalkHugeDatabases(t *testing.T) {
	const size = 500 << 20
	for name, want := range map[string]string{
		"var/lib/dpkg/status":                "dpkg database of 524288000 bytes is over the limit of 67108864",
		"lib/apk/db/installed":               "apk database of 524288000 bytes is over the limit of 67108864",
		"var/lib/rpm/rpmdb.sqlite":           "rpm database of 524288000 bytes is over the limit of 201326592",
		"app/vendor/composer/installed.json": "Composer's installed.json of 524288000 bytes is over the limit of 33554432",
	} {
		header := func(name string, size int64) []byte {
			var b bytes.Buffer
			require.NoError(t, tar.NewWriter(&b).WriteHeader(&tar.Header{Name: name, Size: size, Mode: 0o644}))
			return b.Bytes()
		}
		rest := tarOf(t, tar.Header{Name: "etc/os-release"})
		inv, err := testScanner(t).walk(context.Background(), io.MultiReader(bytes.NewReader(header(name, size)), io.LimitReader(zeros{}, size), bytes.NewReader(rest)))
		require.NoError(t, err)
		require.Equal(t, []string{name, "etc/os-release"}, names(inv))
		require.Len(t, inv.NotAnalysed, 1)
		require.Equal(t, want, inv.NotAnalysed[0].Reason)
		require.Contains(t, inv.Text, "etc/os-release")
	}
}

// Many packages in many files are counted as those of one database are.
func TestWalkCountsPackagesOfAllFiles(t *testing.T) {
	s := &scanner{limits: defaultLimits(), extractors: []extractor{{
		what: "thing", limit: 100,
		wants: func(Path, []byte) bool { return true },
		run: func(inv *Inventory, _ Path, _ []byte) error {
			inv.Packages = append(inv.Packages, make([]Package, MaxPackages/2+1)...)
			return nil
		},
	}}}
	_, err := s.walk(context.Background(), bytes.NewReader(tarOf(t, tar.Header{Name: "a"}, tar.Header{Name: "b"})))
	require.ErrorContains(t, err, "more than the limit of 200000 packages")
}
