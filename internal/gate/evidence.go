package gate

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

// about gathers what is attached to one image beside its signature. at is what
// the registry holds of img.
func about(env Env, o Options, project *facts.Project, v policy.Verdict, img *image.Image, at registry.Resolved, platforms []registry.Image) (sign.About, error) {
	out := sign.About{Version: env.Version, Source: o.Source, PolicyURI: v.Record().PolicyPath}
	if out.PolicyURI != "" && o.BlobURL != "" && o.Config == "" {
		out.PolicyURI = o.BlobURL + "/" + out.PolicyURI
	}
	index := registry.IsIndex(at.MediaType)
	if index {
		for _, p := range platforms {
			out.Platforms = append(out.Platforms, p.Resolved)
		}
	}
	for _, p := range img.Platforms {
		digest := p.Digest
		if !index {
			digest = at.Digest // a push may have compressed it
		}
		if project.Have.Advisories {
			predicate, err := vulns(env, project, v, p)
			if err != nil {
				return out, err
			}
			out.Evidence = append(out.Evidence, sign.Evidence{Digest: digest, Type: sign.VulnsType, Predicate: predicate})
		}
		if env.SBOM == nil {
			continue
		}
		for _, bill := range [][2]string{{"cyclonedx-json", sign.CycloneDXType}, {"spdx-json", sign.SPDXType}} {
			text, err := env.SBOM(bill[0], p)
			if err != nil {
				return out, fmt.Errorf("bill of materials of %s: %w", at.Reference(), err)
			}
			out.Evidence = append(out.Evidence, sign.Evidence{Digest: digest, Type: bill[1], Predicate: text})
		}
	}
	return out, nil
}

// The predicate https://in-toto.io/attestation/vulns/v0.2.
type vulnsPredicate struct {
	Scanner  vulnsScanner  `json:"scanner"`
	Metadata vulnsMetadata `json:"metadata"`
}

type vulnsScanner struct {
	URI     string        `json:"uri"`
	Version string        `json:"version,omitempty"`
	DB      vulnsDB       `json:"db"`
	Result  []vulnsResult `json:"result"`
}

type vulnsDB struct {
	URI        string    `json:"uri,omitempty"`
	Version    string    `json:"version,omitempty"`
	LastUpdate time.Time `json:"lastUpdate"`
}

type vulnsResult struct {
	ID          string              `json:"id"`
	Severity    []vulnsSeverity     `json:"severity"`
	Annotations []map[string]string `json:"annotations,omitempty"`
}

type vulnsSeverity struct {
	Method string `json:"method"`
	Score  string `json:"score"`
}

type vulnsMetadata struct {
	Started  time.Time `json:"scanStartedOn"`
	Finished time.Time `json:"scanFinishedOn"`
}

// vulns lists the known flaws of one platform. The times of the scan are those of
// its data, which alone decides the result, so that a second run with the same
// data says the same; when it was judged stands in the verdict. Data without a
// date is dated by the run.
func vulns(env Env, project *facts.Project, v policy.Verdict, p *image.Platform) ([]byte, error) {
	data := project.Advisories
	at := data.Updated
	if at.IsZero() {
		at = v.Record().At
	}
	at = at.UTC().Truncate(time.Second)
	out := vulnsPredicate{Metadata: vulnsMetadata{at, at}, Scanner: vulnsScanner{URI: product.URL, Version: env.Version,
		DB: vulnsDB{URI: data.Source, Version: data.Digest, LastUpdate: at}, Result: []vulnsResult{}}}
	for _, vuln := range project.Vulnerabilities {
		if vuln.Build.Platform != p {
			continue
		}
		one := vulnsResult{ID: vuln.ID, Severity: []vulnsSeverity{}}
		if vuln.Severity != "" {
			one.Severity = append(one.Severity, vulnsSeverity{vuln.SeveritySource, vuln.Severity})
		}
		if vuln.CVSS > 0 {
			one.Severity = append(one.Severity, vulnsSeverity{"CVSS", strconv.FormatFloat(vuln.CVSS, 'f', 1, 64)})
		}
		for _, k := range vuln.Packages {
			note := map[string]string{"purl": k.PURL}
			if vuln.Fixed != "" {
				note["fixed"] = vuln.Fixed
			}
			one.Annotations = append(one.Annotations, note)
		}
		out.Scanner.Result = append(out.Scanner.Result, one)
	}
	return json.Marshal(out)
}
