package sign

import (
	"encoding/json"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// Words of a verification summary.
const (
	passed      = "PASSED"
	gateLevel   = "TIDEWAITER_GATE_V1" // must not start with SLSA_, which we do not evaluate
	slsaVersion = "1.1"
)

// vsa is the verdict as a SLSA verification summary, with what the
// specification has no field for under one key of our own, which consumers
// ignore. Only a pass is ever written.
type vsa struct {
	Verifier struct {
		ID      string            `json:"id"`
		Version map[string]string `json:"version,omitempty"`
	} `json:"verifier"`
	TimeVerified time.Time  `json:"timeVerified"`
	ResourceURI  string     `json:"resourceUri"`
	Policy       resource   `json:"policy"`
	Inputs       []resource `json:"inputAttestations,omitempty"`
	Result       string     `json:"verificationResult"`
	Levels       []string   `json:"verifiedLevels"`
	SLSAVersion  string     `json:"slsaVersion"`
	Gate         gateWords  `json:"https://github.com/tidewaiter/tidewaiter/gate/v1"`
}

type resource struct {
	URI    string            `json:"uri,omitempty"`
	Digest map[string]string `json:"digest"`
}

// gateWords is what a verdict rests on.
type gateWords struct {
	Data   dataWords            `json:"data"`
	Checks map[string]checkWord `json:"checks"`
	Rules  int                  `json:"rules"`
	FailOn string               `json:"failOn"`
	Waived []waivedWords        `json:"waived,omitempty"`
	Source *Source              `json:"source,omitempty"`
	// Evidence names the statements that the verdict rests on.
	Evidence []EvidenceRef `json:"evidence,omitempty"`
}

// dataWords is the advisory data; Updated is RFC 3339, "" for unknown.
type dataWords struct {
	Source  string `json:"source,omitempty"`
	Digest  string `json:"digest,omitempty"`
	Updated string `json:"updated,omitempty"`
}

// checkWord is what became of one world: PASSED, or ABSENT where there was
// nothing of it to judge.
type checkWord struct {
	Result string         `json:"result"`
	Open   map[string]int `json:"open,omitempty"`
}

type waivedWords struct {
	Rule    string `json:"rule"`
	Subject string `json:"subject,omitempty"`
	Until   string `json:"until,omitempty"` // its last day, YYYY-MM-DD
}

// EvidenceRef names one signed statement that a verdict rests on.
type EvidenceRef struct {
	// Type is that of the predicate, Subject the digest of the image it is about.
	Type    string `json:"type"`
	Subject string `json:"subject"`
	// Statement is the digest of the statement, Manifest that of the manifest that
	// carries it, signed.
	Statement string `json:"statement"`
	Manifest  string `json:"manifest,omitempty"`
}

// newVSA puts a passing verdict in words.
func newVSA(v policy.Verdict, at registry.Resolved, about About) *vsa {
	r := v.Record()
	out := &vsa{TimeVerified: r.At.UTC().Truncate(time.Second), ResourceURI: purl(at), Result: passed, Levels: []string{gateLevel}, SLSAVersion: slsaVersion}
	out.Verifier.ID = product.URL
	if about.Version != "" {
		out.Verifier.Version = map[string]string{product.Name: about.Version}
	}
	out.Policy = resource{URI: about.PolicyURI, Digest: map[string]string{"sha256": hexOf(r.PolicyDigest)}}
	out.Gate = gateWords{Rules: r.Rules, FailOn: r.FailOn, Checks: checks(r),
		Data: dataWords{Source: r.Advisories.Source, Digest: r.Advisories.Digest}}
	if !r.Advisories.Updated.IsZero() {
		out.Gate.Data.Updated = r.Advisories.Updated.UTC().Format(time.RFC3339)
	}
	for _, w := range r.Waived {
		one := waivedWords{Rule: w.Rule, Subject: w.Subject}
		if !w.Until.IsZero() {
			one.Until = w.Until.Format(time.DateOnly)
		}
		out.Gate.Waived = append(out.Gate.Waived, one)
	}
	if about.Source != (Source{}) {
		out.Gate.Source = &about.Source
	}
	return out
}

func checks(r policy.Record) map[string]checkWord {
	out := map[string]checkWord{}
	there := map[policy.World]bool{policy.WorldDockerfile: r.Have.Dockerfiles, policy.WorldManifests: r.Have.Manifests, policy.WorldImage: r.Have.Images, policy.WorldProject: true}
	for world, have := range there {
		word := checkWord{Result: "ABSENT"}
		if have {
			word = checkWord{Result: passed, Open: r.Open[world]}
		}
		out[string(world)] = word
	}
	word := checkWord{Result: "ABSENT"}
	if r.Have.Advisories {
		word.Result = passed
	}
	out["advisories"] = word
	return out
}

// parseVSA reads a verdict of this program; ours is false for one of another
// verifier.
func parseVSA(s *statement) (v *vsa, ours bool) {
	v = &vsa{}
	if s.PredicateType != VerdictType || json.Unmarshal(s.Predicate, v) != nil {
		return nil, false
	}
	return v, v.Verifier.ID == product.URL
}

// says is the verdict without what differs between two runs that judge the
// same: when, and in which manifests the evidence is.
func (v *vsa) says() string {
	c := *v
	c.TimeVerified, c.Inputs = time.Time{}, nil
	c.Gate.Evidence = slices.Clone(c.Gate.Evidence)
	for i := range c.Gate.Evidence {
		c.Gate.Evidence[i].Manifest = ""
	}
	raw, err := json.Marshal(c)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

// purl names an image as https://github.com/package-url/purl-spec does.
func purl(at registry.Resolved) string {
	return "pkg:oci/" + path.Base(at.Repo) + "@" + strings.Replace(at.Digest, ":", "%3A", 1) + "?repository_url=" + url.QueryEscape(at.Repo)
}
