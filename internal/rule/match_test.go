package rule_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tidewaiter/tidewaiter/internal/advisory"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

func TestNamed(t *testing.T) {
	r := &rule.Rule{ID: "TW-D002", Name: "root-user", Aliases: []string{"hadolint:DL3002"}}
	for _, name := range []string{"root-user", "TW-D002", "tw-d002", "hadolint:DL3002", "hadolint:dl3002"} {
		require.True(t, r.Named(name), name)
	}
	for _, name := range []string{"", "DL3002", "root", "trivy:DL3002"} {
		require.False(t, r.Named(name), name)
	}
}

func TestWaivedBy(t *testing.T) {
	f := rule.Finding{
		Rule: &rule.Rule{ID: "TW-I001", Name: "fixable-vulnerability"}, At: file.LineSpan(1), Key: "CVE-2026-1:openssl",
		Subject:       "pkg:deb/debian/openssl@3.0.1?arch=amd64",
		Object:        &rule.ObjectRef{Kind: "Deployment", Namespace: "shop", Name: "web"},
		Package:       &image.Package{PURL: "pkg:deb/debian/openssl@3.0.1?arch=amd64"},
		Vulnerability: &advisory.Vulnerability{ID: "CVE-2026-1", Aliases: []string{"DSA-1"}},
	}
	for _, w := range []source.Waiver{
		{Rule: "fixable-vulnerability"}, {Path: "base/**"}, {Key: "CVE-2026-1:openssl"},
		{Subject: "CVE-2026-1"}, {Subject: "DSA-1"}, {Subject: "pkg:deb/debian/openssl"}, {Subject: "pkg:deb/debian/openssl@3.0.1"},
		{Subject: "Deployment/web"}, {Subject: "Deployment/shop/web"},
		{Rule: "TW-I001", Path: "base/web.yaml", Subject: "CVE-2026-1"},
	} {
		require.True(t, f.WaivedBy(w), "%+v", w)
	}
	for _, w := range []source.Waiver{
		{Rule: "root-user"}, {Path: "overlays/**"}, {Key: "CVE-2026-1"}, {Subject: "CVE-2026-11"},
		{Rule: "TW-I001", Path: "overlays/**"},
	} {
		require.False(t, f.WaivedBy(w), "%+v", w)
	}
	f.At = source.Span{}
	require.False(t, f.WaivedBy(source.Waiver{Path: "**"}), "no path, no match by path")
}

func TestCounts(t *testing.T) {
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	require.True(t, rule.Counts(source.Ignore{Reason: "r"}, now))
	require.False(t, rule.Counts(source.Ignore{}, now), "ours needs a reason")
	require.True(t, rule.Counts(source.Ignore{Foreign: "hadolint"}, now), "another tool's does not")
	require.False(t, rule.Counts(source.Ignore{Reason: "r", Problem: "bad"}, now))
	require.False(t, rule.Counts(source.Ignore{Reason: "r", Until: now.AddDate(0, 0, -2)}, now))
}

func TestFindingNarrowsAliases(t *testing.T) {
	r := &rule.Rule{ID: "TW-D018", Name: "unpinned-package", Aliases: []string{"hadolint:DL3013", "hadolint:DL3016"}}
	all, one, none := rule.Finding{Rule: r}, rule.Finding{Rule: r, Aliases: []string{"hadolint:DL3013"}}, rule.Finding{Rule: r, Aliases: []string{}}
	require.Equal(t, r.Aliases, all.SameAs())
	require.Equal(t, []string{"hadolint:DL3013"}, one.SameAs())
	require.Empty(t, none.SameAs())
	for _, name := range []string{"unpinned-package", "TW-D018"} {
		require.True(t, none.WaivedBy(source.Waiver{Rule: name}), name)
	}
	require.True(t, one.WaivedBy(source.Waiver{Rule: "hadolint:dl3013"}))
	require.False(t, one.WaivedBy(source.Waiver{Rule: "hadolint:DL3016"}), "what the other check does not find it does not waive")
	require.False(t, none.WaivedBy(source.Waiver{Rule: "hadolint:DL3013"}))
}

// TestAllOfATool holds that "check=skip=all" speaks of BuildKit's checks alone.
func TestAllOfATool(t *testing.T) {
	at := source.NewFile("Dockerfile", "FROM a\n").Span(0, 4)
	all := source.Ignore{At: at, Rules: []string{"buildkit:all"}, Foreign: "buildkit"}
	r := &rule.Rule{ID: "TW-D028", Name: "x", Aliases: []string{"hadolint:DL3024", "buildkit:DuplicateStageName"}}
	require.True(t, rule.Finding{Rule: r, At: at}.IgnoredBy(all))
	require.False(t, rule.Finding{Rule: r, At: at, Aliases: []string{"hadolint:DL3024"}}.IgnoredBy(all))
	require.False(t, rule.Finding{Rule: &rule.Rule{ID: "TW-D001", Name: "y"}, At: at}.IgnoredBy(all))
}
