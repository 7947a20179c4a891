package sign

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
