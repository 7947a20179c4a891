package advisory

import (
	"testing"
	"time"
)

// FuzzRecord reads any bytes as a record and, where they are one, matches a
// package against it: neither may panic or take long.
func FuzzRecord(f *testing.F) {
	for _, seed := range []string{
		ginRecord, "", "{}", "[]", "null", `{"id":1}`, `{"id":"X","affected":null}`,
		`{"id":"X","affected":[{"package":{"name":"p","ecosystem":"Debian:12"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":":::"},{"limit":"*"}]}]}]}`,
		`{"id":"X","aliases":["X","X"],"upstream":["CVE-1"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N"}],"affected":[{"package":{"name":"p","ecosystem":"Go"},"versions":["1"]}]}`,
		`{"id":"X","database_specific":{"severity":{}},"affected":[{"package":{"name":"p","ecosystem":"Go"},"versions":["1"],"ecosystem_specific":{"urgency":[]}}]}`,
		`{"name" : "p`, `{"name"`, `{"name":"\u0070","id":"X"}`,
	} {
		f.Add([]byte(seed))
	}
	names := map[string]bool{"p": true, "example.com/gin": true}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, ecosystem := range []string{"Go", "Debian:12", "Alpine:v3.20", "PyPI", "npm"} {
			base := baseOf(ecosystem)
			l, err := loadRecord(base, text, names, time.Time{})
			if err != nil || l.record == nil {
				continue
			}
			s := &shard{base: base, names: names, records: map[string][]*record{}, scores: map[string]score{}, releases: releases{}}
			s.collect([]loaded{l}, true)
			for name := range names {
				found, _, err := match([]*shard{s}, Package{ecosystem, name, "1.2.3"})
				if err != nil {
					t.Fatal(err)
				}
				for _, v := range found {
					if v.ID == "" {
						t.Fatalf("a vulnerability without ID: %+v", v)
					}
				}
			}
		}
	})
}
