package sign

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	protobundle "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	"github.com/sigstore/sigstore-go/pkg/bundle"
	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	"github.com/sigstore/sigstore-go/pkg/sign"
)

// KeylessOptions say how to sign without a key.
type KeylessOptions struct {
	Token    Token
	Services Services
	Material Material
	// MayPublish says that names of a repository which is not public may stand in a
	// public log for good.
	MayPublish bool
	// Transport makes connections, Timeout bounds all of them together (5 minutes if
	// zero), Backoff is the first pause between attempts (half a second if zero).
	Transport        http.RoundTripper
	Timeout, Backoff time.Duration
	// Now is the clock, Server GitHub's address ("https://github.com" if "").
	Now    func() time.Time
	Server string
}

// Keyless signs with the identity of whoever runs it: a fresh key that a
// certificate authority binds to the identity for some minutes, with timestamp and
// log entry. Make one with NewKeyless; one certificate serves all signatures.
type Keyless struct {
	o KeylessOptions

	mu      sync.Mutex
	keys    *sign.EphemeralKeypair
	token   string
	claims  claims
	leaf    []byte
	keeper  *Keeper
	network *patience
}

// NewKeyless returns a signer; nothing is asked of anybody yet.
func NewKeyless(o KeylessOptions) *Keyless {
	if o.Timeout == 0 {
		o.Timeout = signTimeout
	}
	if o.Backoff == 0 {
		o.Backoff = firstPause
	}
	return &Keyless{o: o}
}

func (k *Keyless) classicToo() bool { return k.o.Services.classicToo() }

// NotPublicError is a repository that is not public, whose name signing would
// write into a public log for good. Nothing was asked of any service.
type NotPublicError struct{ Repository, Visibility string }

// Error names both ways on.
func (e *NotPublicError) Error() string {
	return fmt.Sprintf("signing without a key would write the name of %s, a repository that is %s, into public logs for good: say sign: {log: public} in tidewaiter.yaml if that is meant, "+
		"or give your own services with --signing-config and --trusted-root, or sign with --key", e.Repository, e.Visibility)
}

// prepare gets the token and learns from it who is going to sign.
func (k *Keyless) prepare(ctx context.Context) (Trust, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.keeper != nil {
		return k.keeper, nil
	}
	k.network = &patience{ctx: ctx, next: k.o.Transport, first: k.o.Backoff, now: k.o.Now, end: time.Now().Add(k.o.Timeout)}
	token, err := k.o.Token(ctx, k.network)
	if err != nil {
		return nil, err
	}
	if k.claims, err = fresh(token, k.o.Now()); err != nil {
		return nil, err
	}
	k.token = token
	if err := k.mayBeLogged(); err != nil {
		return nil, err
	}
	if k.keys, err = sign.NewEphemeralKeypair(nil); err != nil {
		return nil, err
	}
	id := Identity{issuer: k.claims.Issuer}
	if k.claims.WorkflowRef != "" {
		server := k.o.Server
		if server == "" {
			server = "https://github.com"
		}
		id.san = server + "/" + k.claims.WorkflowRef
	} else if id, err = k.named(ctx); err != nil { // how others are named, only the authority knows
		return nil, err
	}
	id.words = id.san
	k.keeper, err = NewKeeper(id, k.o.Material)
	return k.keeper, err
}

// mayBeLogged keeps names that are not public out of public logs. A token that
// does not say counts as not public.
func (k *Keyless) mayBeLogged() error {
	if !k.o.Services.public || k.o.MayPublish || k.claims.Visibility == "public" {
		return nil
	}
	e := &NotPublicError{Repository: k.claims.Repository, Visibility: k.claims.Visibility}
	if e.Repository == "" {
		e.Repository = "this job"
	}
	if e.Visibility == "" {
		e.Visibility = "not known to be public"
	}
	return e
}

// named learns the identity from the certificate.
func (k *Keyless) named(ctx context.Context) (Identity, error) {
	der, err := k.certificate(ctx)
	if err != nil {
		return Identity{}, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return Identity{}, &ServiceError{Service: k.o.Services.fulcio, Err: err}
	}
	c, err := certificate.SummarizeCertificate(cert)
	if err != nil {
		return Identity{}, &ServiceError{Service: k.o.Services.fulcio, Err: err}
	}
	return Identity{issuer: c.Issuer, san: c.SubjectAlternativeName}, nil
}

// certificate is asked for once; the lock is held.
func (k *Keyless) certificate(ctx context.Context) ([]byte, error) {
	if k.leaf != nil {
		return k.leaf, nil
	}
	fulcio := sign.NewFulcio(&sign.FulcioOptions{BaseURL: strings.TrimSuffix(k.o.Services.fulcio, "/"), Transport: k.network, Timeout: -1})
	leaf, err := fulcio.GetCertificate(ctx, k.keys, &sign.CertificateProviderOptions{IDToken: k.token})
	if err != nil {
		return nil, &ServiceError{Service: "certificate authority " + k.o.Services.fulcio, Err: err, Hint: k.network.clock()}
	}
	k.leaf = leaf
	return leaf, nil
}

// GetCertificate implements sign.CertificateProvider.
func (k *Keyless) GetCertificate(ctx context.Context, _ sign.Keypair, _ *sign.CertificateProviderOptions) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.certificate(ctx)
}

func (k *Keyless) bundle(ctx context.Context, statement []byte) ([]byte, error) {
	b, err := k.sign(ctx, &sign.DSSEData{Data: statement, PayloadType: statementType})
	if err != nil {
		return nil, err
	}
	made, err := bundle.NewBundle(b)
	if err != nil {
		return nil, &ServiceError{Service: "signing services", Err: fmt.Errorf("what they answered makes no bundle: %w", err)}
	}
	raw, err := json.Marshal(made)
	if err != nil {
		return nil, err
	}
	// What others would refuse is not written: a service with a wrong clock, a log
	// that the root does not name.
	s, err := parseStatement(statement)
	if err != nil {
		return nil, err
	}
	if _, err := k.keeper.checkBundle(raw, "sha256:"+s.Subject[0].Digest["sha256"]); err != nil {
		return nil, k.unverifiable(err)
	}
	return raw, nil
}

func (k *Keyless) classic(ctx context.Context, text []byte) (map[string]string, error) {
	b, err := k.sign(ctx, &sign.PlainData{Data: text})
	if err != nil {
		return nil, err
	}
	out, err := toAnnotations(b)
	if err != nil {
		return nil, &ServiceError{Service: "transparency log", Err: err}
	}
	if err := k.keeper.checkClassic(text, out); err != nil {
		return nil, k.unverifiable(err)
	}
	return out, nil
}

func (k *Keyless) unverifiable(err error) error {
	hint := k.network.clock()
	if hint == "" {
		hint = "the trusted root (" + k.o.Material.Source + ") must name the services that are asked"
	}
	return &ServiceError{Service: "signing services", Err: fmt.Errorf("what they signed cannot be verified: %w", err), Hint: hint}
}

// sign has one content certified, stamped and logged.
func (k *Keyless) sign(ctx context.Context, content sign.Content) (b *protobundle.Bundle, err error) {
	defer func() {
		if p := recover(); p != nil {
			b, err = nil, &ServiceError{Service: "signing services", Err: fmt.Errorf("an answer made the client panic: %v", p)}
		}
	}()
	o := sign.BundleOptions{Context: ctx, CertificateProvider: k}
	for _, url := range k.o.Services.tsa {
		o.TimestampAuthorities = append(o.TimestampAuthorities, sign.NewTimestampAuthority(&sign.TimestampAuthorityOptions{URL: url, Transport: k.network, Timeout: -1}))
	}
	for _, l := range k.o.Services.logs {
		client := &rekor{l.url, k.network}
		o.TransparencyLogs = append(o.TransparencyLogs, sign.NewRekor(&sign.RekorOptions{BaseURL: l.url, Version: l.version, Client: client, ClientV2: client}))
	}
	b, err = sign.Bundle(content, k.keys, o)
	var known *ServiceError
	if err != nil && !errors.As(err, &known) {
		err = &ServiceError{Service: "signing services", Err: err, Hint: k.network.clock()}
	}
	return b, err
}
