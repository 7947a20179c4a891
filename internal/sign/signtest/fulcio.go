package signtest

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// requestToken is what lets a job ask for its token.
const requestToken = "request-token"

// Issuer is who the tokens are of.
const Issuer = "https://token.actions.githubusercontent.com"

// giveToken is GitHub's endpoint.
func (s *Server) giveToken(w http.ResponseWriter, r *http.Request) error {
	if r.Header.Get("Authorization") != "bearer "+requestToken {
		w.WriteHeader(http.StatusForbidden)
		return nil
	}
	token, err := s.Token(r.URL.Query().Get("audience"))
	if err != nil {
		return err
	}
	return json.NewEncoder(w).Encode(map[string]string{"value": token})
}

// Token makes a signed token for an audience.
func (s *Server) Token(audience string) (string, error) {
	claims := map[string]any{"iss": Issuer, "aud": audience, "exp": s.Now().Add(5*time.Minute - s.TokenAge).Unix()}
	for k, v := range s.Claims {
		claims[k] = v
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"ES256"}`)) + "." + base64.RawURLEncoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	r, v, err := ecdsa.Sign(rand.Reader, s.issuer, sum[:])
	if err != nil {
		return "", err
	}
	sig := append(r.FillBytes(make([]byte, 32)), v.FillBytes(make([]byte, 32))...)
	return text + "." + base64.RawURLEncoding.EncodeToString(sig), nil
}

// accept verifies a token as the certificate authority does.
func (s *Server) accept(token string) (map[string]any, error) {
	refused := errors.New("There was an error processing the identity token") //nolint:staticcheck // the real one's words
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return nil, refused
	}
	sig, err := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if err != nil || len(sig) != 64 || !ecdsa.Verify(&s.issuer.PublicKey, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])) {
		return nil, refused
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, refused
	}
	var claims map[string]any
	if err := json.Unmarshal(body, &claims); err != nil || claims["aud"] != "sigstore" || claims["exp"].(float64) < float64(s.Now().Unix()) {
		return nil, refused
	}
	return claims, nil
}

// certify is Fulcio: it checks the token and the proof of possession, and answers
// with a certificate that carries the CT log's promise.
func (s *Server) certify(w http.ResponseWriter, r *http.Request) error {
	claims, err := s.accept(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	if err != nil {
		return err
	}
	var req struct {
		PublicKeyRequest struct {
			PublicKey         struct{ Content string }
			ProofOfPossession []byte
		}
	}
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		return err
	}
	block, _ := pem.Decode([]byte(req.PublicKeyRequest.PublicKey.Content))
	if block == nil {
		return errors.New("no key")
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(fmt.Sprint(claims["sub"])))
	if ec, ok := key.(*ecdsa.PublicKey); !ok || !ecdsa.VerifyASN1(ec, sum[:], req.PublicKeyRequest.ProofOfPossession) {
		return errors.New("the proof of possession does not hold")
	}
	leaf, err := s.leaf(claims, key)
	if err != nil {
		return err
	}
	var chain []string
	for _, der := range [][]byte{leaf, s.caCert.Raw, s.rootCert.Raw} {
		chain = append(chain, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	}
	s.count(&s.Made)
	return json.NewEncoder(w).Encode(map[string]any{"signedCertificateEmbeddedSct": map[string]any{"chain": map[string]any{"certificates": chain}}})
}

func (s *Server) leaf(claims map[string]any, key crypto.PublicKey) ([]byte, error) {
	said := func(name string) string { v, _ := claims[name].(string); return v }
	const server = "https://github.com/"
	san, err := url.Parse(server + said("job_workflow_ref"))
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(s.Now().UnixNano()), NotBefore: s.Now().Add(-time.Minute).Truncate(time.Second), NotAfter: s.Now().Add(10 * time.Minute).Truncate(time.Second),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}, URIs: []*url.URL{san}}
	if said("job_workflow_ref") == "" {
		template.URIs, template.EmailAddresses = nil, []string{said("sub")}
	}
	// https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
	for arc, value := range map[int]string{8: said("iss"), 9: san.String(), 11: said("runner_environment"), 12: server + said("repository"), 13: said("sha"), 14: said("ref"), 22: said("repository_visibility")} {
		if value == "" {
			continue
		}
		der, err := asn1.MarshalWithParams(value, "utf8")
		if err != nil {
			return nil, err
		}
		template.ExtraExtensions = append(template.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1, arc}, Value: der})
	}
	bare, err := x509.CreateCertificate(rand.Reader, template, s.caCert, key, s.caKey)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(bare)
	if err != nil {
		return nil, err
	}
	promise, err := s.promise(parsed.RawTBSCertificate)
	if err != nil {
		return nil, err
	}
	template.ExtraExtensions = append(template.ExtraExtensions, pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, Value: promise})
	return x509.CreateCertificate(rand.Reader, template, s.caCert, key, s.caKey)
}

// promise is the extension with a list of one signed certificate timestamp (RFC
// 6962, 3.2 and 3.3) over the certificate without it.
func (s *Server) promise(tbs []byte) ([]byte, error) {
	stamp := binary.BigEndian.AppendUint64(nil, uint64(s.Now().UnixMilli()))
	issuer := sha256.Sum256(s.caCert.RawSubjectPublicKeyInfo)
	signed := bytes.Join([][]byte{{0, 0}, stamp, {0, 1}, issuer[:], {byte(len(tbs) >> 16), byte(len(tbs) >> 8), byte(len(tbs))}, tbs, {0, 0}}, nil)
	sum := sha256.Sum256(signed)
	sig, err := ecdsa.SignASN1(rand.Reader, s.ctKey, sum[:])
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKIXPublicKey(s.ctKey.Public())
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(der)
	// version, log, time, no extensions, SHA-256 with ECDSA, signature
	sct := bytes.Join([][]byte{{0}, id[:], stamp, {0, 0}, {4, 3}, prefixed(sig)}, nil)
	return asn1.Marshal(prefixed(prefixed(sct)))
}

// prefixed puts the length in two bytes before b.
func prefixed(b []byte) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...)
}
