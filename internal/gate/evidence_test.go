package gate

import (
	"testing"
	"time"

	protovulns "github.com/in-toto/attestation/go/predicates/vulns/v02"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/tidewaiter/tidewaiter/internal/advisory"
	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/policy"
)

// The evidence reads as in-toto's own type, speaks of its platform alone, and
// says the same whenever it is made from the same data.
func TestVulnsPredicate(t *testing.T) {
	mine, other := &image.Platform{}, &image.Platform{Digest: "sha256:other"}
	flaw := advisory.Vulnerability{ID: "CVE-2026-1", Severity: "high", SeveritySource: "Debian", CVSS: 7.5, Fixed: "1.3"}
	project := &facts.Project{Advisories: advisory.Info{Source: "osv", Digest: "sha256:d", Updated: time.Date(2026, 11, 1, 10, 0, 0, 5, time.UTC)},
		Vulnerabilities: []*facts.Vulnerability{
			{Build: &facts.Build{Platform: mine}, Packages: []image.Package{{PURL: "pkg:deb/debian/a@1.2"}}, Vulnerability: flaw},
			{Build: &facts.Build{Platform: other}, Vulnerability: advisory.Vulnerability{ID: "CVE-2026-2"}},
		}}
	made := func(now time.Time) []byte {
		raw, err := vulns(Env{Version: "1.0"}, project, policy.Judge(&policy.Policy{}, nil, project, now), mine)
		require.NoError(t, err)
		return raw
	}
	raw := made(time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC))
	require.Equal(t, raw, made(time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC)))
	var p protovulns.Vulns
	require.NoError(t, protojson.Unmarshal(raw, &p))
	require.Equal(t, "2026-11-01T10:00:00Z", p.GetScanner().GetDb().GetLastUpdate().AsTime().Format(time.RFC3339Nano))
	require.NotNil(t, p.GetMetadata().GetScanFinishedOn())
	require.Len(t, p.GetScanner().GetResult(), 1)
	one := p.GetScanner().GetResult()[0]
	require.Equal(t, "CVE-2026-1", one.GetId())
	require.Equal(t, "7.5", one.GetSeverity()[1].GetScore())
	require.Equal(t, "1.3", one.GetAnnotations()[0].GetFields()["fixed"].GetStringValue())

	project.Advisories.Updated = time.Time{}
	now := time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	require.NoError(t, protojson.Unmarshal(made(now), &p))
	require.Equal(t, now, p.GetMetadata().GetScanStartedOn().AsTime(), "data without a date is dated by the run")
}
