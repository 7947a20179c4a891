package registry

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Reason says in one word what kept a reference from being used.
type Reason string

// The reasons.
const (
	BadReference Reason = "bad-reference" // not a reference we understand
	Unauthorized Reason = "unauthorized"  // 401
	Forbidden    Reason = "forbidden"     // 403
	NotFound     Reason = "not-found"     // 404, or no such file
	TooMany      Reason = "rate-limited"  // 429
	Unavailable  Reason = "unavailable"   // 5xx
	Timeout      Reason = "timeout"       // silent for too long
	TLS          Reason = "tls"           // certificate or handshake
	Refused      Reason = "refused"       // connection refused or host unknown
	BadDigest    Reason = "bad-digest"    // content is not what its digest says
	Truncated    Reason = "truncated"     // content ends too early
	TooLarge     Reason = "too-large"     // one of the limits of this package
	Unsupported  Reason = "unsupported"   // well-formed, but nothing we read
	Malformed    Reason = "malformed"     // not what the specification says
	Failed       Reason = "failed"        // anything else
)

// Error is a reference that could not be read or written, with the next step.
type Error struct {
	// Ref is the reference or the blob of it that failed.
	Ref string
	// Status is the registry's HTTP status, 0 where there was none.
	Status int
	Reason Reason
	// Detail says what happened, Hint what to do next.
	Detail, Hint string
	// Err is the cause, nil where there is none.
	Err error
}

// Error returns "ref: detail; hint".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Ref)
	b.WriteString(": ")
	b.WriteString(e.Detail)
	if e.Hint != "" {
		b.WriteString("; ")
		b.WriteString(e.Hint)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// IsNotFound reports whether err says that a registry, layout or archive does
// not hold what was asked for.
func IsNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Reason == NotFound
}

func failure(ref string, reason Reason, hint, format string, args ...any) *Error {
	return &Error{Ref: ref, Reason: reason, Hint: hint, Detail: fmt.Sprintf(format, args...)}
}

// classify turns what the network or the library returned into an *Error. An
// *Error is passed through.
func classify(ref string, err error) error {
	if err == nil {
		return nil
	}
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	// Certificates first: on loopback the library goes on to plain HTTP, and its
	// error holds what came of that, too.
	if isCertificate(err) {
		return noTLS(ref, err)
	}
	var te *transport.Error
	if errors.As(err, &te) {
		return fromStatus(ref, te.StatusCode, diagnostics(te), te)
	}
	return fromNetwork(ref, err)
}

func isCertificate(err error) bool {
	var (
		unknownCA x509.UnknownAuthorityError
		badHost   x509.HostnameError
		badCert   *tls.CertificateVerificationError
	)
	return errors.As(err, &unknownCA) || errors.As(err, &badHost) || errors.As(err, &badCert)
}

func noTLS(ref string, err error) *Error {
	return &Error{Ref: ref, Reason: TLS, Err: err, Detail: "the TLS connection could not be made: " + err.Error(),
		Hint: "add the registry's CA to the trusted certificates (SSL_CERT_FILE); plain HTTP is used for loopback registries only"}
}

// fromNetwork words an error that came with no HTTP status.
func fromNetwork(ref string, err error) *Error {
	e := &Error{Ref: ref, Err: err, Reason: Failed, Detail: err.Error()}
	var (
		record tls.RecordHeaderError
		dns    *net.DNSError
		netErr net.Error
	)
	switch {
	case errors.Is(err, context.Canceled):
		e.Reason, e.Detail = Failed, "cancelled"
	case errors.Is(err, errSilent), errors.Is(err, context.DeadlineExceeded):
		e.Reason, e.Detail = Timeout, "the registry did not answer in time"
		e.Hint = "check that it is up and reachable from here, and run again"
	case errors.As(err, &record):
		return noTLS(ref, err)
	case errors.As(err, &dns):
		e.Reason, e.Detail = Refused, "host "+dns.Name+" cannot be resolved"
		e.Hint = "check the registry's name and the network"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Reason, e.Detail, e.Hint = Refused, "connection refused", refusedHint(ref)
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Reason, e.Detail = Truncated, "the content ends too early"
		e.Hint = "run again; if it stays, the stored content is damaged: push the image anew"
	case errors.As(err, &netErr) && netErr.Timeout():
		e.Reason, e.Detail = Timeout, "the registry did not answer in time"
		e.Hint = "check that it is up and reachable from here, and run again"
	}
	return e
}

// refusedHint names the trap of container actions, where loopback is the
// container's own.
func refusedHint(ref string) string {
	if isLoopback(hostOf(ref)) {
		return "is the registry running? inside a container, loopback is the container's own: use the service's name instead"
	}
	return "check the registry's name and port, and that it is running"
}

// fromStatus words an HTTP status.
func fromStatus(ref string, status int, said string, cause error) *Error {
	e := &Error{Ref: ref, Status: status, Err: cause}
	switch {
	case status == http.StatusUnauthorized:
		e.Reason, e.Detail = Unauthorized, "the registry wants a login (401)"
		e.Hint = "run `docker login " + hostOf(ref) + "` first, or check that the name is right"
	case status == http.StatusForbidden:
		e.Reason, e.Detail = Forbidden, "the login may not do this (403)"
		e.Hint = "give the account read access to the repository, and write access to push or sign"
	case status == http.StatusNotFound:
		e.Reason, e.Detail = NotFound, "not found (404)"
		e.Hint = "check the name, tag or digest; some registries hide private repositories this way: log in"
	case status == http.StatusTooManyRequests:
		e.Reason, e.Detail = TooMany, "the registry limits the rate of requests (429)"
		e.Hint = "wait and run again, or log in for a higher limit"
	case status >= 500:
		e.Reason, e.Detail = Unavailable, fmt.Sprintf("the registry failed (%d)", status)
		e.Hint = "run again later"
	default:
		e.Reason, e.Detail = Failed, fmt.Sprintf("the registry answered %d %s", status, http.StatusText(status))
	}
	if said != "" {
		e.Detail += ": " + said
	}
	return e
}

// maxSaid bounds how much of a registry's own words a message repeats.
const maxSaid = 200

// diagnostics returns the registry's own words, shortened.
func diagnostics(te *transport.Error) string {
	words := make([]string, 0, len(te.Errors))
	for _, d := range te.Errors {
		words = append(words, strings.Trim(string(d.Code)+" "+d.Message, " "))
	}
	said := strings.Join(words, ", ")
	if len(said) > maxSaid {
		said = said[:maxSaid] + "…"
	}
	return said
}
