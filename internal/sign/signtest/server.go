// Package signtest is a Sigstore in one process for tests: a certificate
// authority with its transparency log, a timestamp authority, Rekor of both
// versions, and GitHub's token endpoint. Each part can be made to fail.
package signtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/testing/ca"
	"github.com/stretchr/testify/require"
)

// Parts of the server, for Fail and Count.
const (
	Fulcio  = "/fulcio/"
	TSA     = "/tsa"
	RekorV1 = "/rekor/api/v1/"
	RekorV2 = "/rekor/api/v2/"
	OIDC    = "/token"
)

// Server is the fake. Set its fields before it is asked.
type Server struct {
	// URL is where all of it is.
	URL string
	// Now is the clock of all services.
	Now func() time.Time
	// Claims are those of tokens, besides iss, aud and exp.
	Claims map[string]string
	// TokenAge makes tokens older; they are good for five minutes.
	TokenAge time.Duration

	mu       sync.Mutex
	requests []string
	fail     func(*http.Request) *Fault

	issuer, ctKey         *ecdsa.PrivateKey
	rootCert, caCert      *x509.Certificate
	caKey                 *ecdsa.PrivateKey
	tsaRoot, tsaCA, tsa   *x509.Certificate
	tsaKey                *ecdsa.PrivateKey
	rekor1                *ca.VirtualSigstore
	rekor2                *ecdsa.PrivateKey
	trusted               *root.TrustedRoot
	entries               map[string][]byte // of Rekor v1 by UUID, as answered
	Logged, Stamped, Made int               // entries, timestamps, certificates
}

// Fault is how a request is answered instead of properly.
type Fault struct {
	// Status answers with this status; Body is what is said.
	Status int
	Body   string
	// Hang keeps silent until the client gives up, Break cuts the connection.
	Hang, Break bool
}

// New starts the services; they end with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{Now: time.Now, entries: map[string][]byte{}, Claims: map[string]string{
		"sub": "repo:acme/app:ref:refs/tags/v1", "repository": "acme/app", "repository_visibility": "public", "ref": "refs/tags/v1",
		"sha": strings.Repeat("c", 40), "job_workflow_ref": "acme/app/.github/workflows/release.yml@refs/tags/v1", "runner_environment": "github-hosted"}}
	s.makeKeys(t)
	h := httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(func() {
		h.CloseClientConnections()
		h.Close()
	})
	s.URL = h.URL
	return s
}

func (s *Server) makeKeys(t testing.TB) {
	var err error
	for _, k := range []**ecdsa.PrivateKey{&s.issuer, &s.ctKey, &s.tsaKey, &s.rekor2} {
		*k, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		require.NoError(t, err)
	}
	var rootKey, tsaRootKey, tsaCAKey *ecdsa.PrivateKey
	s.rootCert, rootKey, err = ca.GenerateRootCa()
	require.NoError(t, err)
	s.caCert, s.caKey, err = ca.GenerateFulcioIntermediate(s.rootCert, rootKey)
	require.NoError(t, err)
	s.tsaRoot, tsaRootKey, err = ca.GenerateRootCa()
	require.NoError(t, err)
	s.tsaCA, tsaCAKey, err = ca.GenerateTSAIntermediate(s.tsaRoot, tsaRootKey)
	require.NoError(t, err)
	s.tsa, err = ca.GenerateTSALeafCert(time.Now().Add(-time.Minute), s.tsaKey, s.tsaCA, tsaCAKey)
	require.NoError(t, err)
	s.rekor1, err = ca.NewVirtualSigstore()
	require.NoError(t, err)
	logs := map[string]*root.TransparencyLog{}
	for _, l := range s.rekor1.RekorLogs() {
		addLog(t, logs, "https://rekor.localhost", l.PublicKey)
	}
	addLog(t, logs, "https://"+rekor2Origin, s.rekor2.Public())
	ct := map[string]*root.TransparencyLog{}
	addLog(t, ct, "https://ct.localhost", s.ctKey.Public())
	start, end := time.Now().Add(-24*time.Hour), time.Now().Add(24*time.Hour)
	s.trusted, err = root.NewTrustedRoot(root.TrustedRootMediaType01,
		[]root.CertificateAuthority{&root.FulcioCertificateAuthority{Root: s.rootCert, Intermediates: []*x509.Certificate{s.caCert}, ValidityPeriodStart: start, ValidityPeriodEnd: end, URI: "https://fulcio.localhost"}}, ct,
		[]root.TimestampingAuthority{&root.SigstoreTimestampingAuthority{Root: s.tsaRoot, Intermediates: []*x509.Certificate{s.tsaCA}, Leaf: s.tsa, ValidityPeriodStart: start, ValidityPeriodEnd: end, URI: "https://tsa.localhost"}}, logs)
	require.NoError(t, err)
}

func addLog(t testing.TB, logs map[string]*root.TransparencyLog, url string, key crypto.PublicKey) {
	id := keyID(t, key)
	logs[hex.EncodeToString(id)] = &root.TransparencyLog{BaseURL: url, ID: id, ValidityPeriodStart: time.Now().Add(-24 * time.Hour), ValidityPeriodEnd: time.Now().Add(24 * time.Hour),
		HashFunc: crypto.SHA256, PublicKey: key, SignatureHashFunc: crypto.SHA256}
}

func keyID(t testing.TB, key crypto.PublicKey) []byte {
	der, err := x509.MarshalPKIXPublicKey(key)
	require.NoError(t, err)
	sum := sha256.Sum256(der)
	return sum[:]
}

// TrustedRoot writes what vouches for the services, as a file.
func (s *Server) TrustedRoot(t testing.TB) string {
	raw, err := s.trusted.MarshalJSON()
	require.NoError(t, err)
	return write(t, "trusted_root.json", raw)
}

// SigningConfig writes where the services are, with Rekor of a version, or none for 0.
func (s *Server) SigningConfig(t testing.TB, rekor int) string {
	type object = map[string]any
	at := func(url string, version int) []object {
		return []object{{"url": url, "majorApiVersion": version, "operator": "test", "validFor": object{"start": "2020-01-01T00:00:00Z"}}}
	}
	c := object{"mediaType": root.SigningConfigMediaType02, "caUrls": at(s.URL+"/fulcio", 1), "tsaUrls": at(s.URL+TSA, 1),
		"rekorTlogConfig": object{"selector": "ANY"}, "tsaConfig": object{"selector": "ANY"}}
	if rekor > 0 {
		c["rekorTlogUrls"] = at(s.URL+"/rekor", rekor)
	}
	raw, err := json.Marshal(c)
	require.NoError(t, err)
	return write(t, "signing_config.json", raw)
}

func write(t testing.TB, name string, raw []byte) string {
	file := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(file, raw, 0o600))
	return file
}

// Env is the environment of a GitHub job that may ask for tokens.
func (s *Server) Env(name string) string {
	return map[string]string{"ACTIONS_ID_TOKEN_REQUEST_URL": s.URL + OIDC + "?api-version=2.0", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": requestToken}[name]
}

// Fail makes f decide about every later request; nil means a proper answer.
func (s *Server) Fail(f func(*http.Request) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = f
}

// Count is how many requests a part has had.
func (s *Server) Count(part string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, r := range s.requests {
		if strings.HasPrefix(r, part) {
			n++
		}
	}
	return n
}

// Reset forgets the requests so far.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.URL.Path)
	var fault *Fault
	if s.fail != nil {
		fault = s.fail(r)
	}
	s.mu.Unlock()
	w.Header().Set("Date", s.Now().UTC().Format(http.TimeFormat))
	switch {
	case fault == nil:
	case fault.Hang:
		_, _ = io.Copy(io.Discard, r.Body) // only then is the client's leave noticed
		<-r.Context().Done()
		return
	case fault.Break:
		panic(http.ErrAbortHandler)
	default:
		w.WriteHeader(fault.Status)
		fmt.Fprint(w, fault.Body)
		return
	}
	var err error
	switch p := r.URL.Path; {
	case p == OIDC:
		err = s.giveToken(w, r)
	case p == Fulcio+"api/v2/signingCert":
		err = s.certify(w, r)
	case p == TSA:
		err = s.stamp(w, r)
	case strings.HasPrefix(p, RekorV1+"log/entries"):
		err = s.logV1(w, r)
	case p == RekorV2+"log/entries":
		err = s.logV2(w, r)
	default:
		http.NotFound(w, r)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
	}
}

func (s *Server) count(n *int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*n++
}
