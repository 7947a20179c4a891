package sign

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Token gives an identity token for Sigstore, just before it is used.
type Token func(ctx context.Context, transport http.RoundTripper) (string, error)

// audience is whom tokens for Sigstore are for.
const audience = "sigstore"

// FileToken reads the token from a file, for systems other than GitHub.
func FileToken(file string) Token {
	return func(context.Context, http.RoundTripper) (string, error) {
		raw, err := readBounded(file, MaxTokenBytes)
		if err != nil {
			return "", &ServiceError{Service: "identity token " + file, Err: err, Hint: "write the token there that your system issues for the audience sigstore"}
		}
		return strings.TrimSpace(string(raw)), nil
	}
}

// GitHubToken asks GitHub for the token of this job. nil where the job may not
// ask, or there is none.
// https://docs.github.com/en/actions/reference/security/oidc
func GitHubToken(env func(string) string) Token {
	address, secret := env("ACTIONS_ID_TOKEN_REQUEST_URL"), env("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
	if address == "" || secret == "" {
		return nil
	}
	return func(ctx context.Context, transport http.RoundTripper) (string, error) {
		fail := func(err error) (string, error) {
			return "", &ServiceError{Service: "GitHub's identity token", Err: err, Hint: "the job needs permissions: id-token: write, and runs of forks get none"}
		}
		u, err := url.Parse(address)
		if err != nil {
			return fail(errors.New("ACTIONS_ID_TOKEN_REQUEST_URL is no address"))
		}
		q := u.Query()
		q.Set("audience", audience)
		u.RawQuery = q.Encode()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
		if err != nil {
			return fail(err)
		}
		req.Header.Set("Authorization", "bearer "+secret)
		resp, err := transport.RoundTrip(req)
		if err != nil {
			return fail(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fail(fmt.Errorf("the endpoint answered %s", resp.Status))
		}
		var answer struct{ Value string }
		if err := json.NewDecoder(io.LimitReader(resp.Body, MaxTokenBytes)).Decode(&answer); err != nil {
			return fail(fmt.Errorf("the answer is not what is expected: %w", err))
		}
		return answer.Value, nil
	}
}

// fresh returns the claims of a token, or what is wrong with it: the certificate
// authority says no more than that it does not like it.
func fresh(token string, now time.Time) (claims, error) {
	c, err := parseClaims(token)
	if err != nil {
		return c, &ServiceError{Service: "identity token", Err: err}
	}
	if c.Expires != 0 && now.After(time.Unix(c.Expires, 0).Add(skew)) {
		return c, &ServiceError{Service: "identity token", Err: fmt.Errorf("it has expired at %s, and here it is %s", time.Unix(c.Expires, 0).UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339)),
			Hint: "get a new one right before this step, and check the clock"}
	}
	return c, nil
}

func decodeBase64URL(s string) ([]byte, error) { return base64.RawURLEncoding.DecodeString(s) }

// ServiceError is a signing service that did not do its part; nothing was signed.
type ServiceError struct {
	Service, Hint string
	Err           error
}

// Error returns "service: cause; hint".
func (e *ServiceError) Error() string {
	s := e.Service + ": " + e.Err.Error()
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Unwrap returns the cause.
func (e *ServiceError) Unwrap() error { return e.Err }
