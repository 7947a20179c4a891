package advisory

import (
	"slices"
	"strings"
)

// Attribution names who wrote records, and under which licence they may be
// passed on.
type Attribution struct {
	Name    string `json:"name"`
	Licence string `json:"licence"` // SPDX identifier or expression, "" where the publisher states none
	URL     string `json:"url"`
}

// publishers are the databases of OSV by the beginning of their records' IDs,
// with the licences that https://google.github.io/osv.dev/data/ and the databases
// themselves state.
func publishers() []struct {
	prefix string
	Attribution
} {
	return []struct {
		prefix string
		Attribution
	}{
		{"ALBA-", Attribution{"AlmaLinux OSV database", "MIT", "https://github.com/AlmaLinux/osv-database"}},
		{"ALEA-", Attribution{"AlmaLinux OSV database", "MIT", "https://github.com/AlmaLinux/osv-database"}},
		{"ALSA-", Attribution{"AlmaLinux OSV database", "MIT", "https://github.com/AlmaLinux/osv-database"}},
		{"ALPINE-", Attribution{"Alpine security database, converted by OSV", "CC-BY-SA-4.0", "https://secdb.alpinelinux.org"}},
		{"CGA-", Attribution{"Chainguard advisories", "CC-BY-SA-4.0", "https://packages.cgr.dev/chainguard/osv"}},
		{"CVE-", Attribution{"NVD CVE records, converted by OSV", "", "https://nvd.nist.gov"}},
		{"DEBIAN-", Attribution{"Debian security tracker, converted by OSV", "", "https://security-tracker.debian.org"}},
		{"DLA-", Attribution{"Debian security advisories, converted by OSV", "", "https://www.debian.org/security"}},
		{"DSA-", Attribution{"Debian security advisories, converted by OSV", "", "https://www.debian.org/security"}},
		{"DTSA-", Attribution{"Debian security advisories, converted by OSV", "", "https://www.debian.org/security"}},
		{"GHSA-", Attribution{"GitHub Advisory Database", "CC-BY-4.0", "https://github.com/github/advisory-database"}},
		{"GO-", Attribution{"Go vulnerability database", "CC-BY-4.0", "https://vuln.go.dev"}},
		{"GSD-", Attribution{"Global Security Database", "CC0-1.0", "https://github.com/cloudsecurityalliance/gsd-database"}},
		{"MAL-", Attribution{"OpenSSF malicious packages", "Apache-2.0", "https://github.com/ossf/malicious-packages"}},
		{"MGASA-", Attribution{"Mageia advisories", "CC-BY-SA-4.0", "https://advisories.mageia.org"}},
		{"OSV-", Attribution{"OSS-Fuzz vulnerabilities", "CC-BY-4.0", "https://github.com/google/oss-fuzz-vulns"}},
		{"PSF-", Attribution{"Python Software Foundation advisories", "CC-BY-4.0", "https://github.com/psf/advisory-database"}},
		{"PYSEC-", Attribution{"PyPI advisory database", "CC-BY-4.0", "https://github.com/pypa/advisory-database"}},
		{"RLSA-", Attribution{"Rocky Linux errata", "BSD-3-Clause", "https://errata.rockylinux.org"}},
		{"RXSA-", Attribution{"Rocky Linux errata", "BSD-3-Clause", "https://errata.rockylinux.org"}},
		{"RUSTSEC-", Attribution{"RustSec advisory database", "CC0-1.0", "https://github.com/rustsec/advisory-db"}},
		{"UBUNTU-", Attribution{"Ubuntu security notices", "CC-BY-SA-4.0", "https://github.com/canonical/ubuntu-security-notices"}},
		{"USN-", Attribution{"Ubuntu security notices", "CC-BY-SA-4.0", "https://github.com/canonical/ubuntu-security-notices"}},
	}
}

// attribute names the publisher of a record.
func attribute(id string) Attribution {
	for _, p := range publishers() {
		if strings.HasPrefix(id, p.prefix) {
			return p.Attribution
		}
	}
	prefix, _, _ := strings.Cut(id, "-")
	return Attribution{Name: prefix + " records of OSV", URL: "https://osv.dev"}
}

// attributions collects publishers, each once and sorted.
type attributions map[Attribution]bool

func (a attributions) list() []Attribution {
	out := []Attribution{}
	for at := range a {
		out = append(out, at)
	}
	slices.SortFunc(out, func(x, y Attribution) int {
		return strings.Compare(x.Name+"\x00"+x.Licence+"\x00"+x.URL, y.Name+"\x00"+y.Licence+"\x00"+y.URL)
	})
	return out
}
