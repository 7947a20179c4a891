package advisory

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkLookup matches one package against data that is already read.
func BenchmarkLookup(b *testing.B) {
	records := data{}
	for i := range 50 {
		records[fmt.Sprintf("Debian/%d.json", i)] = fmt.Sprintf(`{"id":"DEBIAN-CVE-%d","upstream":["CVE-%d"],"affected":[{"package":{"name":"openssl","ecosystem":"Debian:12"},
			"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3.0.%d-1~deb12u1"}]}]}]}`, i, i, i)
	}
	db := open(b, records.dir(b), Options{})
	asked := []Package{{"Debian:12", "openssl", "3.0.25-1~deb12u2"}}
	_, _, err := db.Match(context.Background(), asked)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		matches, _, err := db.Match(context.Background(), asked)
		if err != nil || len(matches) != 24 {
			b.Fatal(len(matches), err)
		}
	}
}
