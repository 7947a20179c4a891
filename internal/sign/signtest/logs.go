package signtest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"

	"github.com/digitorus/timestamp"
	protocommon "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	rekortiles "github.com/sigstore/rekor-tiles/v2/pkg/generated/protobuf"
	"github.com/sigstore/rekor-tiles/v2/pkg/note"
	"github.com/sigstore/rekor/pkg/generated/models"
	"github.com/sigstore/rekor/pkg/types"
	"github.com/sigstore/sigstore-go/pkg/tlog"
	"github.com/sigstore/sigstore/pkg/signature"
	"google.golang.org/protobuf/encoding/protojson"
)

const rekor2Origin = "rekor2.localhost"

// stamp is the timestamp authority (RFC 3161).
func (s *Server) stamp(w http.ResponseWriter, r *http.Request) error {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	req, err := timestamp.ParseRequest(raw)
	if err != nil {
		return err
	}
	t := timestamp.Timestamp{HashAlgorithm: req.HashAlgorithm, HashedMessage: req.HashedMessage, Time: s.Now(), Nonce: req.Nonce,
		Policy: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 2}, ExtraExtensions: req.Extensions}
	out, err := t.CreateResponseWithOpts(s.tsa, s.tsaKey, crypto.SHA256)
	if err != nil {
		return err
	}
	s.count(&s.Stamped)
	w.WriteHeader(http.StatusCreated)
	_, err = w.Write(out)
	return err
}

// jsonConsumer is what the library's decoder wants.
type jsonConsumer struct{}

// Consume decodes JSON.
func (jsonConsumer) Consume(r io.Reader, v any) error { return json.NewDecoder(r).Decode(v) }

// logV1 is Rekor v1; each entry is a log of its own, with one leaf.
func (s *Server) logV1(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodGet {
		s.mu.Lock()
		defer s.mu.Unlock()
		_, err := w.Write(s.entries[path.Base(r.URL.Path)])
		return err
	}
	proposed, err := models.UnmarshalProposedEntry(r.Body, jsonConsumer{})
	if err != nil {
		return err
	}
	entry, err := types.CreateVersionedEntry(proposed)
	if err != nil {
		return err
	}
	body, err := types.CanonicalizeEntry(context.Background(), entry)
	if err != nil {
		return err
	}
	leaf := leafHash(body)
	uuid := hex.EncodeToString(leaf)
	s.mu.Lock()
	_, known := s.entries[uuid]
	s.mu.Unlock()
	if known {
		w.Header().Set("Location", "/api/v1/log/entries/"+uuid)
		w.WriteHeader(http.StatusConflict)
		return nil
	}
	answer, err := s.answerV1(uuid, body)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.entries[uuid] = answer
	s.Logged++
	s.mu.Unlock()
	w.WriteHeader(http.StatusCreated)
	_, err = w.Write(answer)
	return err
}

func (s *Server) answerV1(uuid string, body []byte) ([]byte, error) {
	id, err := s.rekor1.RekorLogID()
	if err != nil {
		return nil, err
	}
	at, index := s.Now().Unix(), int64(0)
	promise, err := s.rekor1.RekorSignPayload(tlog.RekorPayload{Body: base64.StdEncoding.EncodeToString(body), IntegratedTime: at, LogIndex: index, LogID: id})
	if err != nil {
		return nil, err
	}
	proof, err := s.rekor1.GetInclusionProof(body)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{uuid: map[string]any{"body": base64.StdEncoding.EncodeToString(body), "integratedTime": at, "logID": id, "logIndex": index,
		"verification": map[string]any{"signedEntryTimestamp": promise, "inclusionProof": proof}}})
}

func leafHash(body []byte) []byte {
	sum := sha256.Sum256(append([]byte{0}, body...))
	return sum[:]
}

// logV2 is Rekor v2.
func (s *Server) logV2(w http.ResponseWriter, r *http.Request) error {
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	var req rekortiles.CreateEntryRequest
	if err := protojson.Unmarshal(raw, &req); err != nil {
		return err
	}
	h := req.GetHashedRekordRequestV002()
	if h == nil {
		return fmt.Errorf("no hashedrekord")
	}
	entry, err := protojson.Marshal(&rekortiles.Entry{Kind: "hashedrekord", ApiVersion: "0.0.2", Spec: &rekortiles.Spec{Spec: &rekortiles.Spec_HashedRekordV002{
		HashedRekordV002: &rekortiles.HashedRekordLogEntryV002{Signature: h.GetSignature(), Data: &protocommon.HashOutput{Algorithm: protocommon.HashAlgorithm_SHA2_256, Digest: h.GetDigest()}}}}})
	if err != nil {
		return err
	}
	var sorted any // keys sorted, no spaces: the canonical form, for what is in an entry
	if err := json.Unmarshal(entry, &sorted); err != nil {
		return err
	}
	body, err := json.Marshal(sorted)
	if err != nil {
		return err
	}
	checkpoint, err := s.checkpoint(leafHash(body))
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKIXPublicKey(s.rekor2.Public())
	if err != nil {
		return err
	}
	id := sha256.Sum256(der)
	out, err := protojson.Marshal(&protorekor.TransparencyLogEntry{LogId: &protocommon.LogId{KeyId: id[:]}, KindVersion: &protorekor.KindVersion{Kind: "hashedrekord", Version: "0.0.2"}, CanonicalizedBody: body,
		InclusionProof: &protorekor.InclusionProof{TreeSize: 1, RootHash: leafHash(body), Checkpoint: &protorekor.Checkpoint{Envelope: checkpoint}}})
	if err != nil {
		return err
	}
	s.count(&s.Logged)
	w.WriteHeader(http.StatusCreated)
	_, err = w.Write(out)
	return err
}

// checkpoint signs a tree of one leaf as a note (https://c2sp.org/tlog-checkpoint).
func (s *Server) checkpoint(leaf []byte) (string, error) {
	key, err := signature.LoadECDSASignerVerifier(s.rekor2, crypto.SHA256)
	if err != nil {
		return "", err
	}
	signer, err := note.NewNoteSigner(context.Background(), rekor2Origin, key)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%s\n1\n%s\n", rekor2Origin, base64.StdEncoding.EncodeToString(leaf))
	sig, err := signer.Sign([]byte(text))
	if err != nil {
		return "", err
	}
	line := base64.StdEncoding.EncodeToString(bytes.Join([][]byte{binary.BigEndian.AppendUint32(nil, signer.KeyHash()), sig}, nil))
	return text + "\n— " + rekor2Origin + " " + line + "\n", nil
}
