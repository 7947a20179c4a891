package sign

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"
)

// Annotations by which the classic layout carries a signature made without a key.
// https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
const (
	certificateAnnotation = "dev.sigstore.cosign/certificate"
	logAnnotation         = "dev.sigstore.cosign/bundle"
	timestampAnnotation   = "dev.sigstore.cosign/rfc3161timestamp"
	bundleV01             = "application/vnd.dev.sigstore.bundle+json;version=0.1"
)

// logged is an entry of Rekor v1 as the classic layout writes it.
type logged struct {
	SignedEntryTimestamp []byte
	Payload              loggedPayload
}

type loggedPayload struct {
	Body           []byte `json:"body"`
	IntegratedTime int64  `json:"integratedTime"`
	LogIndex       int64  `json:"logIndex"`
	LogID          string `json:"logID"`
}

type stamped struct{ SignedRFC3161Timestamp []byte }

// toAnnotations writes a bundle over a payload in the classic form, which holds no
// more than an inclusion promise.
func toAnnotations(b *protobundle.Bundle) (map[string]string, error) {
	material := b.GetVerificationMaterial()
	entries := material.GetTlogEntries()
	if len(entries) == 0 || len(entries[0].GetInclusionPromise().GetSignedEntryTimestamp()) == 0 {
		return nil, errors.New("the log gave no promise, which the classic layout needs")
	}
	e := entries[0]
	log, err := json.Marshal(logged{e.GetInclusionPromise().GetSignedEntryTimestamp(),
		loggedPayload{e.GetCanonicalizedBody(), e.GetIntegratedTime(), e.GetLogIndex(), hex.EncodeToString(e.GetLogId().GetKeyId())}})
	if err != nil {
		return nil, err
	}
	out := map[string]string{
		signatureAnnotation:   base64.StdEncoding.EncodeToString(b.GetMessageSignature().GetSignature()),
		certificateAnnotation: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: material.GetCertificate().GetRawBytes()})),
		logAnnotation:         string(log),
	}
	if stamps := material.GetTimestampVerificationData().GetRfc3161Timestamps(); len(stamps) > 0 {
		stamp, err := json.Marshal(stamped{stamps[0].GetSignedTimestamp()})
		if err != nil {
			return nil, err
		}
		out[timestampAnnotation] = string(stamp)
	}
	return out, nil
}

// fromAnnotations reads the classic form of a signature over text as a bundle.
func fromAnnotations(text []byte, annotations map[string]string) (*bundle.Bundle, error) {
	sig, err := base64.StdEncoding.DecodeString(annotations[signatureAnnotation])
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode([]byte(annotations[certificateAnnotation]))
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("it carries no certificate")
	}
	material := &protobundle.VerificationMaterial{Content: &protobundle.VerificationMaterial_X509CertificateChain{
		X509CertificateChain: &protocommon.X509CertificateChain{Certificates: []*protocommon.X509Certificate{{RawBytes: block.Bytes}}}}}
	if words := annotations[logAnnotation]; words != "" {
		entry, err := logEntry(words)
		if err != nil {
			return nil, err
		}
		material.TlogEntries = []*protorekor.TransparencyLogEntry{entry}
	}
	if words := annotations[timestampAnnotation]; words != "" {
		var s stamped
		if err := json.Unmarshal([]byte(words), &s); err != nil {
			return nil, fmt.Errorf("timestamp: %w", err)
		}
		material.TimestampVerificationData = &protobundle.TimestampVerificationData{
			Rfc3161Timestamps: []*protocommon.RFC3161SignedTimestamp{{SignedTimestamp: s.SignedRFC3161Timestamp}}}
	}
	digest := sha256.Sum256(text)
	return bundle.NewBundle(&protobundle.Bundle{MediaType: bundleV01, VerificationMaterial: material,
		Content: &protobundle.Bundle_MessageSignature{MessageSignature: &protocommon.MessageSignature{
			MessageDigest: &protocommon.HashOutput{Algorithm: protocommon.HashAlgorithm_SHA2_256, Digest: digest[:]}, Signature: sig}}})
}

func logEntry(words string) (*protorekor.TransparencyLogEntry, error) {
	var l logged
	if err := json.Unmarshal([]byte(words), &l); err != nil {
		return nil, fmt.Errorf("log entry: %w", err)
	}
	var kind struct {
		Kind       string `json:"kind"`
		APIVersion string `json:"apiVersion"`
	}
	if err := json.Unmarshal(l.Payload.Body, &kind); err != nil {
		return nil, fmt.Errorf("log entry: %w", err)
	}
	id, err := hex.DecodeString(l.Payload.LogID)
	if err != nil {
		return nil, fmt.Errorf("log entry: %w", err)
	}
	return &protorekor.TransparencyLogEntry{LogIndex: l.Payload.LogIndex, LogId: &protocommon.LogId{KeyId: id}, IntegratedTime: l.Payload.IntegratedTime,
		KindVersion: &protorekor.KindVersion{Kind: kind.Kind, Version: kind.APIVersion}, CanonicalizedBody: l.Payload.Body,
		InclusionPromise: &protorekor.InclusionPromise{SignedEntryTimestamp: l.SignedEntryTimestamp}}, nil
}
