package facts

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/advisory"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func deb(name, src string, layer int) image.Package {
	return image.Package{Name: name, Version: "2", Type: "deb", Source: src, SourceVersion: "1", Layer: layer, PURL: "pkg:deb/debian/" + name + "@2"}
}

func TestLookup(t *testing.T) {
	bookworm := image.Distro{ID: "debian", VersionID: "12"}
	require.Equal(t, advisory.Package{Ecosystem: "Debian:12", Name: "openssl", Version: "1"}, lookup(bookworm, deb("libssl3", "openssl", 0)))
	require.Equal(t, advisory.Package{Ecosystem: "Go", Name: "m", Version: "v1"}, lookup(bookworm, image.Package{Type: "golang", Name: "m", Version: "v1", Source: "x"}))
	require.Equal(t, advisory.Package{Ecosystem: "Rocky Linux:9", Name: "openssl-libs", Version: "3"}, lookup(image.Distro{ID: "rocky", VersionID: "9.4"}, image.Package{Type: "rpm", Name: "openssl-libs", Version: "3", Source: "openssl", SourceVersion: "9"}))
}

func TestJoinVulnerabilitiesGathersBinariesOfOneSource(t *testing.T) {
	b := &Build{Platform: &image.Platform{
		Distro: image.Distro{ID: "debian", VersionID: "12"},
		Packages: []image.Package{
			deb("libssl3", "openssl", 0), deb("openssl", "openssl", 0), deb("libssl-dev", "openssl", 1), deb("bash", "bash", 0),
		},
	}}
	found := map[advisory.Package][]advisory.Vulnerability{{Ecosystem: "Debian:12", Name: "openssl", Version: "1"}: {{ID: "CVE-1"}, {ID: "CVE-2"}}}
	got := joinVulnerabilities([]*Build{b}, found)
	var have [][]string
	for _, v := range got {
		row := []string{v.ID}
		for _, p := range v.Packages {
			row = append(row, p.Name)
		}
		have = append(have, row)
		require.Equal(t, v.Package, v.Packages[0])
		require.Equal(t, "openssl", v.Looked.Name)
	}
	require.Equal(t, [][]string{{"CVE-1", "libssl3", "openssl"}, {"CVE-2", "libssl3", "openssl"}, {"CVE-1", "libssl-dev"}, {"CVE-2", "libssl-dev"}}, have,
		"one for each flaw and layer")
}

func TestUnknownEcosystems(t *testing.T) {
	img := &image.Image{Ref: "app"}
	b := &Build{Image: img, Platform: &image.Platform{Image: img, Distro: image.Distro{ID: "photon", VersionID: "5.0", Name: "VMware Photon OS/Linux"},
		Packages: []image.Package{{Type: "rpm", Name: "a"}, {Type: "rpm", Name: "b"}, {Type: "golang", Name: "c"}}}}
	got := unknownEcosystems([]*Build{b})
	require.Len(t, got, 1)
	require.Contains(t, got[0].Reason, "OSV has no advisories for the 2 rpm packages of VMware Photon OS/Linux")
	require.Equal(t, source.ConcernAdvisories, got[0].Concern)
}
