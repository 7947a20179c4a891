// Package lifecycle knows until when releases of distributions and languages get
// security updates. It is a table of dates and nothing else.
package lifecycle

import (
	"strings"
	"time"
)

// LastSupported returns the last day on which a release got security updates,
// and false where the table does not know it. Distributions go by their
// os-release ID ("debian", "amzn"), others by the name of their official image
// ("python"); a version may be longer than the table's: "3.8.19".
func LastSupported(id, version string) (time.Time, bool) {
	releases := distributions[id]
	if releases == nil {
		releases = products[id]
	}
	for v := version; v != ""; {
		if day, ok := releases[v]; ok {
			t, err := time.Parse(time.DateOnly, day)
			return t, err == nil
		}
		i := strings.LastIndexByte(v, '.')
		v = v[:max(i, 0)]
	}
	return time.Time{}, false
}

// Codename returns the distribution and release that a code name stands for:
// "buster" is debian 10.
func Codename(name string) (id, version string, ok bool) {
	release, ok := codenames[name]
	if !ok {
		return "", "", false
	}
	id, version, _ = strings.Cut(release, " ")
	return id, version, true
}

// Name is how people call what the tables call id: "Debian", "Python".
func Name(id string) string {
	if n, ok := names[id]; ok {
		return n
	}
	return id
}
