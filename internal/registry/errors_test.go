package registry_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

// TestErrorsNameTheNextStep makes a registry fail in each way it can.
func TestErrorsNameTheNextStep(t *testing.T) {
	manifests := func(f registrytest.Fault) func(*http.Request) *registrytest.Fault {
		return func(r *http.Request) *registrytest.Fault {
			if strings.Contains(r.URL.Path, "/manifests/") {
				return &f
			}
			return nil
		}
	}
	for name, c := range map[string]struct {
		fault  registrytest.Fault
		reason registry.Reason
		status int
		hint   string
	}{
		"401":       {registrytest.Fault{Status: 401}, registry.Unauthorized, 401, "docker login"},
		"403":       {registrytest.Fault{Status: 403}, registry.Forbidden, 403, "access"},
		"404":       {registrytest.Fault{Status: 404}, registry.NotFound, 404, "check the name"},
		"429":       {registrytest.Fault{Status: 429}, registry.TooMany, 429, "wait"},
		"500":       {registrytest.Fault{Status: 500}, registry.Unavailable, 500, "later"},
		"503":       {registrytest.Fault{Status: 503, Header: http.Header{"Retry-After": {"0"}}}, registry.Unavailable, 503, "later"},
		"418":       {registrytest.Fault{Status: 418}, registry.Failed, 418, ""},
		"hang":      {registrytest.Fault{Hang: true}, registry.Timeout, 0, "reachable"},
		"truncated": {registrytest.Fault{Truncate: 20}, registry.Truncated, 0, "run again"},
		"corrupt":   {registrytest.Fault{Corrupt: true}, registry.BadDigest, 0, "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := registrytest.New(t, true)
			img := registrytest.Image(t, "amd64", "one")
			put(t, srv.Host+"/acme/app:1.0", img)
			digest, err := img.Digest()
			require.NoError(t, err)
			srv.Fail(manifests(c.fault))
			_, err = client().Open(t.Context(), srv.Host+"/acme/app@"+digest.String())
			var e *registry.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.reason, e.Reason, err)
			require.Equal(t, c.status, e.Status)
			require.Contains(t, e.Hint, c.hint)
			require.Contains(t, err.Error(), srv.Host+"/acme/app")
		})
	}
}

func TestRetriesWhatPasses(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		attempts int
	}{
		"rate limit":   {429, 4},
		"server error": {500, 4},
		"unavailable":  {503, 4},
		"denied":       {403, 1},
		"not found":    {404, 1},
	} {
		srv := registrytest.New(t, true)
		srv.Fail(func(r *http.Request) *registrytest.Fault {
			if strings.Contains(r.URL.Path, "/manifests/") {
				return &registrytest.Fault{Status: c.status}
			}
			return nil
		})
		_, err := client().Open(t.Context(), srv.Host+"/acme/app:1.0")
		require.Error(t, err)
		require.Equal(t, c.attempts, count(srv, "/manifests/"), name)
	}
}

// TestOneFailureIsForgiven fails the first of each request of a push.
func TestOneFailureIsForgiven(t *testing.T) {
	srv := registrytest.New(t, true)
	seen := map[string]bool{}
	srv.Fail(func(r *http.Request) *registrytest.Fault {
		key := r.Method + r.URL.Path
		if seen[key] {
			return nil
		}
		seen[key] = true
		return &registrytest.Fault{Status: http.StatusBadGateway}
	})
	c, err := client().Open(t.Context(), "oci:"+registrytest.Layout(t, registrytest.Image(t, "amd64", "one", "two")))
	require.NoError(t, err)
	_, err = client().Push(t.Context(), c, srv.Host+"/acme/app:1.0")
	require.NoError(t, err)
}

func count(srv *registrytest.Server, part string) int {
	n := 0
	for _, r := range srv.Requests() {
		if strings.Contains(r, part) {
			n++
		}
	}
	return n
}

func TestDeadlineEndsRetries(t *testing.T) {
	srv := registrytest.New(t, true)
	srv.Fail(func(*http.Request) *registrytest.Fault {
		return &registrytest.Fault{Status: 503, Header: http.Header{"Retry-After": {"20"}}}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := client().Open(ctx, srv.Host+"/acme/app:1.0")
	var e *registry.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, registry.Timeout, e.Reason)
	require.Less(t, time.Since(start), 5*time.Second)
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	_, err = client().Open(t.Context(), l.Addr().String()+"/acme/app:1.0")
	var e *registry.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, registry.Refused, e.Reason)
	require.Contains(t, e.Hint, "inside a container")
}

func TestUntrustedCertificate(t *testing.T) {
	srv := httptest.NewTLSServer(http.NotFoundHandler())
	defer srv.Close()
	srv.Config.ErrorLog = quiet
	_, err := client().Open(t.Context(), strings.TrimPrefix(srv.URL, "https://")+"/acme/app:1.0")
	var e *registry.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, registry.TLS, e.Reason, err)
	require.Contains(t, e.Hint, "SSL_CERT_FILE")
}

// TestPlainHTTPIsForLoopback: a private address is not loopback, whatever the
// library thinks, unless the operator names it.
func TestPlainHTTPIsForLoopback(t *testing.T) {
	srv := registrytest.New(t, true)
	put(t, srv.Host+"/acme/app:1.0", registrytest.Image(t, "amd64", "one"))
	toServer := http.DefaultTransport.(*http.Transport).Clone()
	toServer.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, srv.Host)
	}
	opts := registry.Options{Transport: toServer, Backoff: time.Millisecond}
	for host, plain := range map[string][]string{"10.1.2.3:5000": nil, "registry:5000": nil} {
		srv.Reset()
		_, err := registry.New(opts).Open(t.Context(), host+"/acme/app:1.0")
		require.Error(t, err)
		require.Empty(t, srv.Requests(), "nothing was said in the clear to %s", host)

		opts := opts
		opts.PlainHTTP = append(plain, host)
		_, err = registry.New(opts).Open(t.Context(), host+"/acme/app:1.0")
		require.NoError(t, err)
	}
}

func TestLayerCutShortIsNamed(t *testing.T) {
	srv := registrytest.New(t, true)
	put(t, srv.Host+"/acme/app:1.0", registrytest.Image(t, "amd64", strings.Repeat("x", 5000)))
	c, err := client().Open(t.Context(), srv.Host+"/acme/app:1.0")
	require.NoError(t, err)
	srv.Fail(func(*http.Request) *registrytest.Fault { return &registrytest.Fault{Truncate: 30} })
	rc, err := c.Images[0].Layers[0].Open(t.Context())
	require.NoError(t, err)
	defer rc.Close()
	err = drained(rc)
	var e *registry.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, registry.Truncated, e.Reason)
	require.Contains(t, err.Error(), c.Images[0].Layers[0].Digest)
}

// A registry that sends a byte now and then is as good as silent.
func TestGivesUpOnDrips(t *testing.T) {
	srv := registrytest.New(t, true)
	img := registrytest.Image(t, "amd64", "one")
	put(t, srv.Host+"/acme/app:1.0", img)
	digest, err := img.Digest()
	require.NoError(t, err)
	opts := registry.Options{Backoff: time.Millisecond, Timeout: 100 * time.Millisecond, Now: time.Now}
	content, err := registry.New(opts).Open(t.Context(), srv.Host+"/acme/app@"+digest.String())
	require.NoError(t, err)
	require.NoError(t, content.Close())

	srv.Fail(func(r *http.Request) *registrytest.Fault {
		if strings.Contains(r.URL.Path, "/manifests/") {
			return &registrytest.Fault{Drip: true}
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	_, err = registry.New(opts).Open(ctx, srv.Host+"/acme/app@"+digest.String())
	var e *registry.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, registry.Timeout, e.Reason, err)
	require.NoError(t, ctx.Err(), "given up before the caller's own end")
}
