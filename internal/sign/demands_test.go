package sign_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	protovsa "github.com/in-toto/attestation/go/predicates/vsa/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/sign"
	"github.com/tidewaiter/tidewaiter/internal/source"
)

// judged is a verdict with one finding that a waiver accepts until the end of May.
func judged(now time.Time, policyDigest string, at registry.Resolved) policy.Verdict {
	project := &facts.Project{Images: []*image.Image{{Resolved: at}}, Have: facts.Have{Images: true, Advisories: true, Dockerfiles: true}, Advisories: advisoryData}
	p := &policy.Policy{FailOn: rule.High, Digest: policyDigest,
		Waivers: []source.Waiver{{Subject: "CVE-2026-1", Reason: "r", Expires: time.Date(2027, 5, 31, 0, 0, 0, 0, time.UTC)}}}
	f := rule.Finding{Rule: &rule.Rule{ID: "TW-I010"}, Severity: rule.Critical, Subject: "CVE-2026-1"}
	return policy.Judge(p, []rule.Finding{f}, project, now)
}

var policyA, policyB = "sha256:" + strings.Repeat("a", 64), "sha256:" + strings.Repeat("b", 64)

func TestVerifyDemands(t *testing.T) {
	w := newWorld(t, true)
	receipt, err := sign.Sign(t.Context(), judged(noon, policyA, w.at), w.at, client(), testKeys()[0], sign.About{})
	require.NoError(t, err)
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		d   sign.Demands
		why string // "" is accepted
	}{
		"nothing":          {sign.Demands{Now: noon}, ""},
		"a verdict":        {sign.Demands{Now: noon, Verdict: true}, ""},
		"by type":          {sign.Demands{Now: noon, Types: []string{sign.VerdictType, sign.PredicateType}}, ""},
		"policy":           {sign.Demands{Now: noon, Policies: []string{policyB, policyA}}, ""},
		"young enough":     {sign.Demands{Now: noon.Add(89 * day), MaxAge: 90 * day}, ""},
		"fresh data":       {sign.Demands{Now: noon.Add(4 * day), MaxDataAge: 5 * day}, ""},
		"last day":         {sign.Demands{Now: time.Date(2027, 5, 31, 23, 0, 0, 0, time.UTC)}, ""},
		"other policy":     {sign.Demands{Now: noon, Policies: []string{policyB}}, "reached by the policy " + policyA},
		"old verdict":      {sign.Demands{Now: noon.Add(91 * day), MaxAge: 90 * day}, "91 days old, and may be 90 days"},
		"old data":         {sign.Demands{Now: noon.Add(6 * day), MaxDataAge: 5 * day}, "advisory data is of 2026-11-30"},
		"waiver has ended": {sign.Demands{Now: time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)}, `the waiver of TW-I010 for "CVE-2026-1" has ended on 2027-05-31`},
		"from the future":  {sign.Demands{Now: noon.Add(-time.Hour)}, "in the future"},
		"missing type":     {sign.Demands{Now: noon, Types: []string{sign.SPDXType}}, "of the type https://spdx.dev/Document"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), c.d)
			if c.why == "" {
				require.NoError(t, err)
				require.Equal(t, receipt.Verdict.Digest, got.Verdict)
				return
			}
			var rejected *sign.RejectedError
			require.ErrorAs(t, err, &rejected)
			require.Contains(t, rejected.Error(), c.why)
		})
	}
}

// A verdict of today replaces the one of another policy or other data, and one
// that is more than a day old; there is never more than one.
func TestVerdictIsReplaced(t *testing.T) {
	both(t, func(t *testing.T, referrers bool) {
		w := newWorld(t, referrers)
		last := ""
		for _, v := range []policy.Verdict{judged(noon, policyA, w.at), judged(noon.Add(time.Hour), policyB, w.at), judged(noon.Add(26*time.Hour), policyB, w.at)} {
			r, err := sign.Sign(t.Context(), v, w.at, client(), testKeys()[0], sbomOf(w.at))
			require.NoError(t, err)
			require.NotEqual(t, last, r.Verdict.Digest)
			require.True(t, r.Verdict.New)
			last = r.Verdict.Digest
			require.Equal(t, map[string]int{sign.PredicateType: 1, sign.VerdictType: 1, sign.CycloneDXType: 1}, attached(t, w, w.at))
		}
	})
}

// Whatever is signed by the key is held to its words; what others attach is not.
func TestVerifyForeignAndFailedVerdicts(t *testing.T) {
	w, receipt := signed(t, true)
	m := read(t, w, receipt.Verdict.Digest)
	failed := `{"verifier":{"id":"https://github.com/tidewaiter/tidewaiter"},"timeVerified":"2026-11-30T12:00:01Z","verificationResult":"FAILED"}`
	demands := sign.Demands{Now: noon.Add(time.Minute), Verdict: true}
	byOther, err := sign.BundleOf(testKeys()[1], sign.VerdictType, failed, w.at.Digest)
	require.NoError(t, err)
	putBundle(t, w, m, byOther)
	got, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), demands)
	require.NoError(t, err)
	require.Len(t, got.Ignored, 1)

	byKey, err := sign.BundleOf(testKeys()[0], sign.VerdictType, failed, w.at.Digest)
	require.NoError(t, err)
	putBundle(t, w, m, byKey)
	_, err = sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), demands)
	require.ErrorContains(t, err, "the verdict is FAILED")

	// A verdict alone is no signature.
	bare := unsign(t, true)
	good, err := client().GetBlob(t.Context(), w.at.Repo, m.Layers[0].Digest, sign.MaxBundleBytes)
	require.NoError(t, err)
	putBundle(t, bare, m, good)
	_, err = sign.Verify(t.Context(), client(), bare.tag, testKeys()[0].Public(), demands)
	require.ErrorContains(t, err, "not signed")
}

// The verdict is a SLSA verification summary as in-toto's own types read it.
func TestVerdictIsAVerificationSummary(t *testing.T) {
	w := newWorld(t, true)
	about := sbomOf(w.at)
	about.Version, about.PolicyURI = "1.2.3", "https://example.com/tidewaiter.yaml"
	about.Source = sign.Source{Repository: "acme/app", Commit: strings.Repeat("c", 40), Ref: "refs/tags/v1", Event: "push"}
	receipt, err := sign.Sign(t.Context(), judged(noon, policyA, w.at), w.at, client(), testKeys()[0], about)
	require.NoError(t, err)
	m := read(t, w, receipt.Verdict.Digest)
	require.Equal(t, registrytest.Digest(m.Layers[0].Data), m.Layers[0].Digest, "the bundle is carried inline")
	var b struct {
		DSSE struct{ Payload string } `json:"dsseEnvelope"`
	}
	require.NoError(t, json.Unmarshal(m.Layers[0].Data, &b))
	payload, err := base64.StdEncoding.DecodeString(b.DSSE.Payload)
	require.NoError(t, err)
	var s struct {
		Predicate json.RawMessage `json:"predicate"`
		Subject   []struct{ Digest map[string]string }
	}
	require.NoError(t, json.Unmarshal(payload, &s))
	require.Equal(t, strings.TrimPrefix(w.at.Digest, "sha256:"), s.Subject[0].Digest["sha256"])
	var vsa protovsa.VerificationSummary
	require.NoError(t, protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(s.Predicate, &vsa))
	require.Equal(t, "PASSED", vsa.GetVerificationResult())
	require.Equal(t, strings.TrimPrefix(policyA, "sha256:"), vsa.GetPolicy().GetDigest()["sha256"])
	require.Len(t, vsa.GetInputAttestations(), 1)
	require.JSONEq(t, `{"data":{"source":"https://osv.example","digest":"`+advisoryData.Digest+`","updated":"2026-11-30T11:00:00Z"},
		"checks":{"advisories":{"result":"PASSED"},"dockerfile":{"result":"PASSED"},"image":{"result":"PASSED"},"manifests":{"result":"ABSENT"},"project":{"result":"PASSED"}},
		"rules":0,"failOn":"high","waived":[{"rule":"TW-I010","subject":"CVE-2026-1","until":"2027-05-31"}],
		"source":{"repository":"acme/app","commit":"`+strings.Repeat("c", 40)+`","ref":"refs/tags/v1","event":"push"},
		"evidence":[{"type":"https://cyclonedx.org/bom","subject":"`+w.at.Digest+`","statement":"`+receipt.Evidence[0].Statement+`","manifest":"`+receipt.Evidence[0].Manifest+`"}]}`, gate(t, s.Predicate))
}

func gate(t *testing.T, predicate []byte) string {
	t.Helper()
	var p map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(predicate, &p))
	return string(p["https://github.com/tidewaiter/tidewaiter/gate/v1"])
}
