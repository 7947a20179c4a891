package advisory

import (
	"slices"
	"strings"

	"github.com/google/osv-scalibr/semantic"

	"github.com/tidewaiter/tidewaiter/internal/lazyregexp"
)

// distribution says how OSV names the releases of a distribution.
type distribution struct {
	base string
	// release makes the part after the colon of os-release's VERSION_ID; nil
	// means that the distribution has no releases.
	release func(versionID string) string
}

// distributions is keyed by os-release ID. Names as in
// https://ossf.github.io/osv-schema/#defined-ecosystems.
var distributions = map[string]distribution{
	"debian":     {"Debian", major},
	"ubuntu":     {"Ubuntu", same},
	"alpine":     {"Alpine", func(v string) string { return prefixed("v", majorMinor(v)) }},
	"rocky":      {"Rocky Linux", major},
	"almalinux":  {"AlmaLinux", major},
	"wolfi":      {"Wolfi", nil},
	"chainguard": {"Chainguard", nil},
	"mageia":     {"Mageia", major},
}

func same(v string) string  { return v }
func major(v string) string { m, _, _ := strings.Cut(v, "."); return m }

func majorMinor(v string) string {
	parts := strings.SplitN(v, ".", 3)
	if len(parts) < 2 {
		return ""
	}
	return parts[0] + "." + parts[1]
}

func prefixed(prefix, v string) string {
	if v == "" {
		return ""
	}
	return prefix + v
}

// languages is keyed by PURL type.
var languages = map[string]string{
	"golang": "Go", "npm": "npm", "pypi": "PyPI", "cargo": "crates.io", "gem": "RubyGems",
	"maven": "Maven", "nuget": "NuGet", "composer": "Packagist", "hex": "Hex",
}

// EcosystemOf returns OSV's name of the ecosystem that a package of the given
// PURL type belongs to, for the distribution with os-release's ID and
// VERSION_ID: "Debian:12", "Alpine:v3.20", "Go". It is "" where OSV has none.
func EcosystemOf(distroID, versionID, purlType string) string {
	switch purlType {
	case "deb", "apk", "rpm":
	default:
		return languages[purlType]
	}
	d, ok := distributions[distroID]
	switch {
	case !ok:
		return ""
	case d.release == nil:
		return d.base
	}
	release := d.release(versionID)
	if release == "" {
		return ""
	}
	return d.base + ":" + release
}

// Ecosystems are the ecosystems, without release, that packages are looked up
// in; sorted.
func Ecosystems() []string {
	var out []string
	for _, name := range languages {
		out = append(out, name)
	}
	for _, d := range distributions {
		out = append(out, d.base)
	}
	slices.Sort(out)
	return out
}

// baseOf returns the ecosystem without release, which is the folder's name:
// "Debian" for "Debian:12".
func baseOf(ecosystem string) string {
	base, _, _ := strings.Cut(ecosystem, ":")
	return base
}

// isDistribution reports whether the ecosystem is a distribution's, so that its
// own rating of a flaw comes before the CVSS.
func isDistribution(base string) bool {
	for _, d := range distributions {
		if d.base == base {
			return true
		}
	}
	return base == "Red Hat" || base == "SUSE" || base == "openSUSE" || base == "openEuler"
}

// sameEcosystem reports whether a record's ecosystem speaks of a package's.
// Ubuntu marks its long-term releases ("Ubuntu:24.04:LTS"), which os-release
// does not; a record without release speaks of all of them.
func sameEcosystem(record, pkg string) bool {
	record = strings.TrimSuffix(record, ":LTS")
	return record == strings.TrimSuffix(pkg, ":LTS") || record == baseOf(pkg)
}

var pythonSeparators = lazyregexp.New(`[-_.]+`)

// normalName returns the form of a package name that the ecosystem compares:
// PyPI's is that of PEP 503, all others are as they are.
func normalName(base, name string) string {
	if base == "PyPI" {
		return strings.ToLower(pythonSeparators.ReplaceAllString(name, "-"))
	}
	return name
}

var goPrerelease = lazyregexp.New(`^([0-9]+(?:\.[0-9]+)*)(rc|beta)([0-9]+)$`)

// normalVersion returns a version in the form that the ecosystem's records use.
// Go's records have neither the "v" of modules nor the "go" of toolchains, and
// write the toolchain's "1.22rc1" as "1.22.0-rc.1".
func normalVersion(base, version string) string {
	if base != "Go" {
		return version
	}
	version, _, _ = strings.Cut(version, " ")
	version = strings.TrimPrefix(strings.TrimPrefix(version, "go"), "v")
	if !strings.ContainsAny(version, "rb") {
		return version // spares the expression
	}
	if m := goPrerelease.FindStringSubmatch(version); m != nil {
		numbers := m[1] + strings.Repeat(".0", max(0, 2-strings.Count(m[1], ".")))
		return numbers + "-" + m[2] + "." + m[3]
	}
	return version
}

// known reports whether a version can be placed in the ecosystem's order:
// a development build such as Go's "(devel)" cannot.
func known(base, version string) bool {
	if version == "" || len(version) > MaxVersionBytes || strings.HasPrefix(version, "(") || strings.EqualFold(version, "unknown") {
		return false
	}
	_, err := semantic.Parse(version, base)
	return err == nil
}
