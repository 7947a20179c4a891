package registry_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/embedded"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

// world is an Internet of one server, which every public address leads to, and
// a trap on loopback that nobody may ask.
type world struct {
	options registry.PublicOptions
	// answer may answer in the registry's place.
	answer func(http.ResponseWriter, *http.Request) bool
	// names are the addresses of names; others have a public one.
	names map[string][]string

	mu     sync.Mutex
	dialed []string
	trap   *httptest.Server
	caught []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{names: map[string][]string{}}
	inner := embedded.Handler(true)
	plain := httptest.NewServer(inner)
	t.Cleanup(plain.Close)
	put(t, strings.TrimPrefix(plain.URL, "http://")+"/acme/app:1", registrytest.Image(t, "amd64", "x"))
	server := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if w.answer == nil || !w.answer(rw, r) {
			inner.ServeHTTP(rw, r)
		}
	}))
	t.Cleanup(server.Close)
	w.trap = httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.caught = append(w.caught, r.URL.Path)
	}))
	t.Cleanup(w.trap.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	w.options = registry.PublicOptions{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, ServerName: "example.com"}},
		Lookup: func(_ context.Context, host string) ([]netip.Addr, error) {
			var out []netip.Addr
			for _, a := range w.names[host] {
				out = append(out, netip.MustParseAddr(a))
			}
			if out == nil {
				out = []netip.Addr{netip.MustParseAddr("93.184.215.14")}
			}
			return out, nil
		},
		Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
			w.mu.Lock()
			w.dialed = append(w.dialed, address)
			w.mu.Unlock()
			return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
		},
	}
	return w
}

func TestPublicReadsOneConfiguration(t *testing.T) {
	w := newWorld(t)
	got, err := registry.NewPublic(w.options).Config(t.Context(), "ghcr.io/acme/app:1", "linux/amd64")
	require.NoError(t, err)
	require.Equal(t, "linux/amd64", got.Platform.String())
	require.Contains(t, string(got.Raw), `"architecture":"amd64"`)
	require.Regexp(t, "^sha256:[0-9a-f]{64}$", got.Digest)
	again, err := registry.NewPublic(w.options).Config(t.Context(), "ghcr.io/acme/app:1@"+got.Digest, "linux/amd64")
	require.NoError(t, err)
	require.Equal(t, got, again)
	require.Equal(t, []string{"93.184.215.14:443", "93.184.215.14:443"}, w.dialed)
}

// What a repository names never leads to a private place, whatever the name, the
// resolver, the token server or a redirect say.
func TestPublicAsksNoPrivatePlace(t *testing.T) {
	for name, ref := range map[string]string{
		"metadata service": "169.254.169.254/acme/app:1", "loopback": "127.0.0.1/acme/app:1", "loopback and port": "127.0.0.1:443/acme/app:1",
		"localhost": "localhost/acme/app:1", "localhost and port": "localhost:5000/acme/app:1", "private": "10.0.0.5/acme/app:1",
		"IPv6 loopback": "[::1]/acme/app:1", "IPv6 local": "[fe80::1]:443/acme/app:1", "unusual numbers": "0x7f.0.0.1/acme/app:1", "short": "127.1/acme/app:1",
		"cloud's own name": "metadata.google.internal/acme/app:1", "cluster": "registry.default.svc.cluster.local/acme/app:1",
		"other port": "ghcr.io:8443/acme/app:1", "public address": "8.8.8.8/acme/app:1", "no domain": "registry:443/acme/app:1",
		"resolves to private": "private.example/acme/app:1", "resolves to both": "both.example/acme/app:1", "resolves to loopback": "loop.example/acme/app:1",
		"mapped": "mapped.example/acme/app:1", "NAT64": "nat.example/acme/app:1", "6to4": "sixtofour.example/acme/app:1", "shared": "shared.example/acme/app:1",
		"unspecified": "zero.example/acme/app:1", "unique local": "ula.example/acme/app:1", "multicast": "many.example/acme/app:1",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.names = map[string][]string{
				"private.example": {"192.168.1.1"}, "both.example": {"93.184.215.14", "10.0.0.1"}, "loop.example": {"127.0.0.1"}, "mapped.example": {"::ffff:10.0.0.1"},
				"nat.example": {"64:ff9b::a00:1"}, "sixtofour.example": {"2002:a00:1::1"}, "shared.example": {"100.64.0.1"}, "zero.example": {"0.0.0.0"},
				"ula.example": {"fd00::1"}, "many.example": {"224.0.0.1"},
			}
			_, err := registry.NewPublic(w.options).Config(t.Context(), ref, "linux/amd64")
			require.Error(t, err)
			require.Empty(t, w.dialed, "nothing is dialled")
		})
	}
}

func TestPublicFollowsNoTokenServerOrRedirectInside(t *testing.T) {
	w := newWorld(t)
	targets := map[string]string{
		"trap": w.trap.URL, "trap by name": "https://localhost:" + w.trap.URL[strings.LastIndexByte(w.trap.URL, ':')+1:], "metadata": "https://169.254.169.254/latest",
		"plain": "http://ghcr.io/x", "private name": "https://private.example/x", "IPv6": "https://[::1]/x", "other port": "https://ghcr.io:6443/x",
		"decimal": "https://2130706433/x", "userinfo": "https://ghcr.io@127.0.0.1/x", "dot": "https://localhost./x",
	}
	w.names["private.example"] = []string{"172.16.0.9"}
	for name, target := range targets {
		for kind, answer := range map[string]func(http.ResponseWriter, *http.Request) bool{
			"token server": func(rw http.ResponseWriter, r *http.Request) bool {
				rw.Header().Set("WWW-Authenticate", `Bearer realm="`+target+`",service="x"`)
				rw.WriteHeader(http.StatusUnauthorized)
				return true
			},
			"redirect": func(rw http.ResponseWriter, r *http.Request) bool {
				if !strings.Contains(r.URL.Path, "/manifests/") && !strings.Contains(r.URL.Path, "/blobs/") {
					return false
				}
				http.Redirect(rw, r, target, http.StatusTemporaryRedirect)
				return true
			},
		} {
			t.Run(kind+" "+name, func(t *testing.T) {
				w.answer, w.dialed = answer, nil
				_, err := registry.NewPublic(w.options).Config(t.Context(), "ghcr.io/acme/app:1", "linux/amd64")
				require.Error(t, err)
				require.LessOrEqual(t, len(w.dialed), 1, "only the registry itself is dialled: %v", w.dialed)
				require.Empty(t, w.caught)
			})
		}
	}
}

func TestPublicIsAnonymousButForTheOperatorsHosts(t *testing.T) {
	w := newWorld(t)
	var seen []string
	w.answer = func(rw http.ResponseWriter, r *http.Request) bool {
		seen = append(seen, r.Header.Get("Authorization"))
		if r.Header.Get("Authorization") == "" {
			rw.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			rw.WriteHeader(http.StatusUnauthorized)
			return true
		}
		return false
	}
	w.options.DockerConfig = dockerConfig(t, "ghcr.io")
	_, err := registry.NewPublic(w.options).Config(t.Context(), "ghcr.io/acme/app:1", "linux/amd64")
	require.Error(t, err)
	for _, header := range seen {
		require.Empty(t, header)
	}
	w.options.Hosts = []string{"ghcr.io"}
	_, err = registry.NewPublic(w.options).Config(t.Context(), "ghcr.io/acme/app:1", "linux/amd64")
	require.NoError(t, err, "the operator listed the registry: its login is used")
}

// Behind a proxy no address can be looked at, so that only known hosts are asked.
func TestPublicBehindAProxy(t *testing.T) {
	w := newWorld(t)
	proxy := &url.URL{Scheme: "http", Host: "10.1.2.3:3128"}
	w.options.Transport.(*http.Transport).Proxy = func(*http.Request) (*url.URL, error) { return proxy, nil }
	_, err := registry.NewPublic(w.options).Config(t.Context(), "inner.example.org/acme/app:1", "linux/amd64")
	require.ErrorContains(t, err, "behind a proxy only hosts known")
	proxy.Host = "proxy.example.org:443"
	_, err = registry.NewPublic(w.options).Config(t.Context(), "proxy.example.org/acme/app:1", "linux/amd64")
	require.ErrorContains(t, err, "it is the proxy")
}

func TestMayAsk(t *testing.T) {
	for ref, want := range map[string]bool{
		"debian:12": true, "docker.io/acme/x": true, "ghcr.io/a/b": true, "gcr.io/distroless/static": true, "registry.corp.example/a": true,
		"evil.example/a": false, "ghcr.io.evil.example/a": false, "ghcr.io:444/a": false, "localhost/a": false, "127.0.0.1/a": false, "xghcr.io/a": false,
	} {
		r, err := registry.ParseRef(ref)
		require.NoError(t, err)
		require.Equal(t, want, registry.MayAsk(r, []string{"registry.corp.example"}), ref)
	}
}

func TestConfigOfALayout(t *testing.T) {
	arm, amd := registrytest.Image(t, "arm64", "a"), registrytest.Image(t, "amd64", "b")
	dir := registrytest.Layout(t, registrytest.Index(t, arm, amd))
	for _, arch := range []string{"arm64", "amd64"} {
		got, err := registry.New(registry.Options{}).Config(t.Context(), "oci:"+dir, "linux/"+arch)
		require.NoError(t, err)
		require.Equal(t, "linux/"+arch, got.Platform.String())
	}
	_, err := registry.New(registry.Options{}).Config(t.Context(), "oci:"+dir, "windows/amd64")
	require.ErrorContains(t, err, "no image for windows/amd64")
	single := registrytest.Layout(t, arm)
	got, err := registry.New(registry.Options{}).Config(t.Context(), "oci:"+single, "linux/amd64")
	require.NoError(t, err, "a single image is what the builder takes, too")
	require.Equal(t, "linux/arm64", got.Platform.String())
	var e *registry.Error
	_, err = registry.New(registry.Options{}).Config(t.Context(), "oci:"+t.TempDir(), "linux/amd64")
	require.True(t, errors.As(err, &e))
}
