package sign

import (
	"fmt"
)

const (
	// bundleType is the media type and artifact type of a bundle;
	// https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md
	bundleType      = "application/vnd.dev.sigstore.bundle.v0.3+json"
	anyBundlePrefix = "application/vnd.dev.sigstore.bundle"
	statementType   = "application/vnd.in-toto+json"
)

// signatureStatement says that digest is signed, and nothing else.
func signatureStatement(digest string) ([]byte, error) {
	return newStatement(PredicateType, []byte("{}"), digest)
}

// checkBundle verifies that raw is a bundle in which whoever is trusted states
// something of the type wanted about digest.
func checkBundle(raw []byte, digest string, trust Trust, want string) (*statement, error) {
	s, err := trust.checkBundle(raw, digest)
	if err != nil {
		return nil, err
	}
	if s.PredicateType != want {
		what := "statement of the type " + want
		if want == PredicateType {
			what = "image signature"
		}
		return nil, fmt.Errorf("the bundle is no %s but a statement of the type %q", what, s.PredicateType)
	}
	return s, nil
}
