package facts

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/advisory"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// lookup returns how a package of an image is looked up, with no ecosystem where
// OSV has none. Distributions with deb and apk publish advisories for source
// packages, those with rpm for the binary ones.
func lookup(d image.Distro, p image.Package) advisory.Package {
	out := advisory.Package{Ecosystem: advisory.EcosystemOf(d.ID, d.VersionID, p.Type), Name: p.Name, Version: p.Version}
	if (p.Type == "deb" || p.Type == "apk") && p.Source != "" {
		out.Name, out.Version = p.Source, p.SourceVersion
	}
	return out
}

// find matches the packages of all builds at once, so that every ecosystem is
// read once, and returns the flaws by what was looked up.
func find(ctx context.Context, db *advisory.DB, builds []*Build) (map[advisory.Package][]advisory.Vulnerability, []advisory.Missing, error) {
	asked := map[advisory.Package]bool{}
	var all []advisory.Package
	for _, b := range builds {
		for _, p := range b.Platform.Packages {
			if a := lookup(b.Platform.Distro, p); a.Ecosystem != "" && !asked[a] {
				asked[a] = true
				all = append(all, a)
			}
		}
	}
	matches, missing, err := db.Match(ctx, all)
	found := map[advisory.Package][]advisory.Vulnerability{}
	for _, m := range matches {
		found[m.Package] = append(found[m.Package], m.Vulnerability)
	}
	return found, missing, err
}

// joinVulnerabilities makes one Vulnerability of all packages of a build that
// were looked up alike and came in the same layer: the binaries of one source
// package, and a library that lies in several folders.
func joinVulnerabilities(builds []*Build, found map[advisory.Package][]advisory.Vulnerability) []*Vulnerability {
	type key struct {
		looked advisory.Package
		layer  int
		id     string
	}
	var out []*Vulnerability
	for _, b := range builds {
		seen := map[key]*Vulnerability{}
		for _, p := range b.Platform.Packages {
			a := lookup(b.Platform.Distro, p)
			for _, flaw := range found[a] {
				k := key{a, p.Layer, flaw.ID}
				if v := seen[k]; v != nil {
					v.Packages = append(v.Packages, p)
					continue
				}
				v := &Vulnerability{Build: b, Package: p, Packages: []image.Package{p}, Looked: a, Vulnerability: flaw}
				seen[k] = v
				out = append(out, v)
			}
		}
	}
	return out
}

// unknownEcosystems says for which packages no advisories exist at all.
func unknownEcosystems(builds []*Build) []source.NotAnalysed {
	var out []source.NotAnalysed
	for _, b := range builds {
		counts := map[string]int{}
		for _, p := range b.Platform.Packages {
			if lookup(b.Platform.Distro, p).Ecosystem == "" {
				counts[p.Type]++
			}
		}
		for _, kind := range slices.Sorted(maps.Keys(counts)) {
			of := b.Platform.Distro
			name := of.Name
			if name == "" {
				name = "an unknown distribution"
			}
			out = append(out, source.NotAnalysed{Concern: source.ConcernAdvisories, Reason: fmt.Sprintf(
				"%s (%s): OSV has no advisories for the %d %s packages of %s: their vulnerabilities are not known", b.Image.Ref, b.Platform.Platform, counts[kind], kind, name)})
		}
	}
	return out
}

// missingAdvisories turns what the data lacks into not-analysed entries.
func missingAdvisories(missing []advisory.Missing) []source.NotAnalysed {
	var out []source.NotAnalysed
	for _, m := range missing {
		out = append(out, source.NotAnalysed{Concern: source.ConcernAdvisories, Reason: fmt.Sprintf(
			"vulnerabilities of %d %s packages are not known: %s", m.Packages, m.Ecosystem, m.Reason)})
	}
	return out
}

// countPackages is how many packages all builds hold.
func countPackages(builds []*Build) int {
	n := 0
	for _, b := range builds {
		n += len(b.Platform.Packages)
	}
	return n
}
