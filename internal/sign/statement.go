package sign

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Types of predicates: what a signed statement says of its subjects.
const (
	// PredicateType is that of cosign's image signatures in bundles. Verify insists
	// on it: a bundle that carries another statement, such as a failed scan, is
	// signed by the same key but is no signature of the image.
	PredicateType = "https://sigstore.dev/cosign/sign/v1"
	// VerdictType is a SLSA verification summary: https://slsa.dev/spec/v1.1/verification_summary
	VerdictType = "https://slsa.dev/verification_summary/v1"
	// VulnsType lists known vulnerabilities:
	// https://github.com/in-toto/attestation/blob/main/spec/predicates/vuln.md
	VulnsType = "https://in-toto.io/attestation/vulns/v0.2"
	// CycloneDXType and SPDXType are bills of materials.
	CycloneDXType = "https://cyclonedx.org/bom"
	SPDXType      = "https://spdx.dev/Document"
)

// statementV1 is the type of in-toto statements:
// https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
const statementV1 = "https://in-toto.io/Statement/v1"

// statement is an in-toto statement. Its fields are written in this order, and
// nothing in it but a verdict's time changes from run to run.
type statement struct {
	Type          string          `json:"_type"`
	Subject       []subject       `json:"subject"`
	PredicateType string          `json:"predicateType"`
	Predicate     json.RawMessage `json:"predicate"`
}

type subject struct {
	Name   string            `json:"name,omitempty"`
	Digest map[string]string `json:"digest"`
}

// newStatement returns the bytes of a statement about content, by its digests.
func newStatement(predicateType string, predicate []byte, digests ...string) ([]byte, error) {
	s := statement{Type: statementV1, PredicateType: predicateType}
	for _, d := range digests {
		s.Subject = append(s.Subject, subject{Digest: map[string]string{"sha256": hexOf(d)}})
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, predicate); err != nil {
		return nil, fmt.Errorf("make a statement of the type %s: %w", predicateType, err)
	}
	s.Predicate = compact.Bytes()
	return marshal(s)
}

// marshal is JSON without the escapes that are meant for HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func parseStatement(raw []byte) (*statement, error) {
	var s statement
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("not an in-toto statement: %w", err)
	}
	if s.Type != statementV1 {
		return nil, fmt.Errorf("a statement of the type %q, not in-toto's v1", s.Type)
	}
	return &s, nil
}

// names reports whether the statement is about a digest.
func (s *statement) names(digest string) bool {
	return slices.ContainsFunc(s.Subject, func(o subject) bool { return o.Digest["sha256"] == hexOf(digest) })
}

func hexOf(digest string) string { return strings.TrimPrefix(digest, "sha256:") }

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(h[:])
}
