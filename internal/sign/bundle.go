package sign

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	intoto "github.com/in-toto/attestation/go/v1"
	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protodsse "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/signature"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

// PredicateType is that of cosign's image signatures in bundles. Verify insists
// on it: a bundle that carries another statement, such as a failed scan, is
// signed by the same key but is no signature of the image.
const PredicateType = "https://sigstore.dev/cosign/sign/v1"

const (
	// bundleType is the media type and artifact type of a bundle;
	// https://github.com/sigstore/cosign/blob/main/specs/BUNDLE_SPEC.md
	bundleType      = "application/vnd.dev.sigstore.bundle.v0.3+json"
	anyBundlePrefix = "application/vnd.dev.sigstore.bundle"
	statementType   = "application/vnd.in-toto+json"
)

// newBundle signs the statement that digest is signed, as a sigstore bundle.
// The same key and digest give the same bytes.
func newBundle(key *Key, digest string) ([]byte, error) {
	return newBundleOf(key, digest, PredicateType)
}

func newBundleOf(key *Key, digest, predicateType string) ([]byte, error) {
	statement, err := newStatement(digest, predicateType)
	if err != nil {
		return nil, err
	}
	sig, err := key.sign(dsse.PAE(statementType, statement))
	if err != nil {
		return nil, fmt.Errorf("sign the statement: %w", err)
	}
	b, err := bundle.NewBundle(&protobundle.Bundle{
		MediaType: bundleType,
		VerificationMaterial: &protobundle.VerificationMaterial{
			Content: &protobundle.VerificationMaterial_PublicKey{PublicKey: &protocommon.PublicKeyIdentifier{Hint: key.public.hint}},
		},
		Content: &protobundle.Bundle_DsseEnvelope{DsseEnvelope: &protodsse.Envelope{
			Payload: statement, PayloadType: statementType, Signatures: []*protodsse.Signature{{Sig: sig}},
		}},
	})
	if err != nil {
		return nil, fmt.Errorf("make the bundle: %w", err)
	}
	return json.Marshal(b) // compacts, and so undoes protojson's random spaces
}

func newStatement(digest, predicateType string) ([]byte, error) {
	hexDigest := strings.TrimPrefix(digest, "sha256:")
	raw, err := protojson.Marshal(&intoto.Statement{
		Type:          intoto.StatementTypeUri,
		Subject:       []*intoto.ResourceDescriptor{{Digest: map[string]string{"sha256": hexDigest}}},
		PredicateType: predicateType,
		Predicate:     &structpb.Struct{},
	})
	if err != nil {
		return nil, fmt.Errorf("make the statement: %w", err)
	}
	var compact bytes.Buffer
	err = json.Compact(&compact, raw)
	return compact.Bytes(), err
}

// checkBundle verifies that raw is a bundle in which key signs digest. The
// library is kept from taking the program down on hostile input.
func checkBundle(raw []byte, digest string, key *PublicKey) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the bundle made the verifier panic: %v", p)
		}
	}()
	var b bundle.Bundle
	if err := b.UnmarshalJSON(raw); err != nil {
		return fmt.Errorf("not a sigstore bundle: %w", err)
	}
	sum, err := hex.DecodeString(strings.TrimPrefix(digest, "sha256:"))
	if err != nil {
		return err
	}
	verifier, err := keyVerifier(key)
	if err != nil {
		return err
	}
	result, err := verifier.Verify(&b, verify.NewPolicy(verify.WithArtifactDigest("sha256", sum), verify.WithKey()))
	if err != nil {
		return err
	}
	if result.Statement == nil {
		return errors.New("the bundle carries no statement")
	}
	if got := result.Statement.GetPredicateType(); got != PredicateType {
		return fmt.Errorf("the bundle is no image signature but a statement of the type %q", got)
	}
	return nil
}

// keyVerifier trusts one key, whatever hint a bundle gives. Signing with a key
// uses no transparency log and no timestamps.
func keyVerifier(key *PublicKey) (*verify.Verifier, error) {
	v, err := signature.LoadDefaultVerifier(key.key)
	if err != nil {
		return nil, err
	}
	trusted := root.NewExpiringKey(v, time.Time{}, time.Time{})
	material := root.NewTrustedPublicKeyMaterial(func(string) (root.TimeConstrainedVerifier, error) { return trusted, nil })
	return verify.NewVerifier(material, verify.WithNoObserverTimestamps())
}
