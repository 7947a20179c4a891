package sign

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"
	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protodsse "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
	"github.com/sigstore/sigstore/pkg/signature"
)

// Signer signs statements and classic payloads: a *Key, or *Keyless.
type Signer interface {
	// bundle signs an in-toto statement, as a sigstore bundle.
	bundle(ctx context.Context, statement []byte) ([]byte, error)
	// classic signs a payload, and returns the annotations that carry the signature.
	classic(ctx context.Context, text []byte) (map[string]string, error)
	// prepare does what must be done before anything is signed, and returns who
	// accepts what this signer signs.
	prepare(ctx context.Context) (Trust, error)
	// classicToo reports whether the signer can sign in the classic layout.
	classicToo() bool
}

// Trust is whose signatures count: a *PublicKey, or a *Keeper of an identity.
type Trust interface {
	// checkBundle verifies a bundle over digest and returns what it states.
	checkBundle(raw []byte, digest string) (*statement, error)
	// checkClassic verifies the signature that annotations carry over a payload.
	checkClassic(text []byte, annotations map[string]string) error
	// whose names who is trusted, for messages: "this key".
	whose() string
}

// bundle signs with the key alone: no log, no timestamp. The same key and
// statement give the same bytes.
func (k *Key) bundle(_ context.Context, statement []byte) ([]byte, error) {
	sig, err := k.sign(dsse.PAE(statementType, statement))
	if err != nil {
		return nil, fmt.Errorf("sign the statement: %w", err)
	}
	b, err := bundle.NewBundle(&protobundle.Bundle{
		MediaType: bundleType,
		VerificationMaterial: &protobundle.VerificationMaterial{
			Content: &protobundle.VerificationMaterial_PublicKey{PublicKey: &protocommon.PublicKeyIdentifier{Hint: k.public.hint}},
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

func (k *Key) classic(_ context.Context, text []byte) (map[string]string, error) {
	sig, err := k.sign(text)
	if err != nil {
		return nil, fmt.Errorf("sign the payload: %w", err)
	}
	return map[string]string{signatureAnnotation: base64.StdEncoding.EncodeToString(sig)}, nil
}

func (k *Key) prepare(context.Context) (Trust, error) { return k.public, nil }

func (k *Key) classicToo() bool { return true }

func (p *PublicKey) whose() string { return "this key" }

func (p *PublicKey) checkClassic(text []byte, annotations map[string]string) error {
	sig, err := base64.StdEncoding.DecodeString(annotations[signatureAnnotation])
	if err != nil || !p.verify(text, sig) {
		return errors.New("is not signed by this key")
	}
	return nil
}

// checkBundle verifies with the key, whatever hint a bundle gives. Signing with
// a key uses no transparency log and no timestamps.
func (p *PublicKey) checkBundle(raw []byte, digest string) (*statement, error) {
	v, err := signature.LoadDefaultVerifier(p.key)
	if err != nil {
		return nil, err
	}
	trusted := root.NewExpiringKey(v, time.Time{}, time.Time{})
	material := root.NewTrustedPublicKeyMaterial(func(string) (root.TimeConstrainedVerifier, error) { return trusted, nil })
	verifier, err := verify.NewVerifier(material, verify.WithNoObserverTimestamps())
	if err != nil {
		return nil, err
	}
	s, _, err := verifyBundle(verifier, raw, digest, verify.WithKey())
	return s, err
}

// verifyBundle returns the statement of a bundle that the verifier accepts for a
// digest. The library is kept from taking the program down on hostile input.
func verifyBundle(verifier *verify.Verifier, raw []byte, digest string, options ...verify.PolicyOption) (s *statement, r *verify.VerificationResult, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, r, err = nil, nil, fmt.Errorf("the bundle made the verifier panic: %v", p)
		}
	}()
	var b bundle.Bundle
	if err := b.UnmarshalJSON(raw); err != nil {
		return nil, nil, fmt.Errorf("not a sigstore bundle: %w", err)
	}
	subjectSum, err := hex.DecodeString(hexOf(digest))
	if err != nil {
		return nil, nil, err
	}
	r, err = verifier.Verify(&b, verify.NewPolicy(verify.WithArtifactDigest("sha256", subjectSum), options...))
	if err != nil {
		return nil, nil, err
	}
	envelope := b.GetDsseEnvelope()
	if r.Statement == nil || envelope == nil || envelope.GetPayloadType() != statementType {
		return nil, nil, errors.New("the bundle carries no statement")
	}
	if s, err = parseStatement(envelope.GetPayload()); err != nil {
		return nil, nil, err
	}
	if !s.names(digest) {
		return nil, nil, errors.New("the bundle's statement is about other content")
	}
	return s, r, nil
}
