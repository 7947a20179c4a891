package advisory

import "time"

// Package is what is looked up.
type Package struct {
	// Ecosystem is OSV's name with release: "Debian:12", "Alpine:v3.20", "Go", "npm".
	Ecosystem string
	// Name is the name the ecosystem's advisories use (the source package for
	// distributions).
	Name, Version string
}

// Vulnerability is one flaw that affects a package version. Records that are
// aliases of each other are one.
type Vulnerability struct {
	// ID is the CVE where there is one, else the record's own ID; Aliases are all
	// other IDs, sorted.
	ID      string
	Aliases []string
	Summary string
	// Severity is "critical", "high", "medium", "low", or "" where nobody rates
	// it; SeveritySource says whose rating it is ("Debian", "CVSS:3.1",
	// "CVSS of CVE-…"), CVSS the base score, 0 if unknown.
	Severity       string
	SeveritySource string
	CVSS           float64
	// KEV is true where the CVE is in CISA's catalogue of known exploited
	// vulnerabilities; EPSS is the probability, 0 to 1, that it is exploited within
	// 30 days. Both are false and 0 where the data holds nothing about them.
	KEV  bool
	EPSS float64
	// Fixed is the lowest version that repairs it, "" where no fix is known.
	Fixed string
	// Malicious is true for OSV's MAL- records.
	Malicious bool
	Published time.Time
	// References are advisory pages, at most three.
	References []string
}

// Match is one flaw of one package that was looked up.
type Match struct {
	Package Package
	Vulnerability
}

// Missing is an ecosystem that was asked for and that the data does not hold, so
// that nothing is known about its packages.
type Missing struct {
	// Ecosystem is the name of the folder looked for, "" for packages whose
	// ecosystem OSV does not name.
	Ecosystem string
	// Packages is how many of the packages asked for could not be looked up.
	Packages int
	// Reason is one sentence with the next step.
	Reason string
}

// Info describes the data that answered.
type Info struct {
	// Source is as the operator gave it, Digest is over the bytes read, Updated
	// the data's date; the zero time means unknown, which counts as stale.
	Source  string
	Digest  string
	Updated time.Time
	// Published is true where whoever publishes the data says when he did: compiled
	// shards by their build date, a server by Last-Modified.
	Published bool
}
