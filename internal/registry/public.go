package registry

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// PublicHosts are the registries that may be asked for an image that the
// repository under test names: well known, public, and answering anonymously.
func PublicHosts() []string {
	return []string{
		"docker.io", "ghcr.io", "quay.io", "gcr.io", "mirror.gcr.io", "mcr.microsoft.com", "public.ecr.aws", "registry.k8s.io",
		"cgr.dev", "registry.access.redhat.com", "nvcr.io", "registry.gitlab.com", "docker.elastic.co", "dhi.io", "lscr.io",
		"registry.fedoraproject.org", "registry.opensuse.org", "registry.suse.com", "container-registry.oracle.com", "icr.io",
	}
}

// proxiedHosts are where public registries keep their tokens and blobs. Behind a
// proxy, which resolves names itself, no address can be looked at, so that only
// these and the registries are asked.
func proxiedHosts() []string {
	return []string{
		"docker.io", "docker.com", "cloudflarestorage.com", "githubusercontent.com", "ghcr.io", "quay.io", "gcr.io", "googleapis.com", "pkg.dev",
		"mcr.microsoft.com", "azureedge.net", "public.ecr.aws", "cloudfront.net", "registry.k8s.io", "cgr.dev", "registry.access.redhat.com",
		"redhat.com", "nvcr.io", "nvidia.com", "gitlab.com", "gitlab-static.net", "docker.elastic.co", "elastic.co", "dhi.io", "lscr.io",
	}
}

// PublicOptions are for a client that asks on behalf of the repository under
// test, whose word is not trusted.
type PublicOptions struct {
	// Transport is what its connections are made like: its proxy and TLS settings
	// hold, its dialer does not. Nil for http.DefaultTransport's. What is no
	// *http.Transport makes connections of its own, for tests.
	Transport http.RoundTripper
	// Hosts may be asked besides PublicHosts; Docker's logins are used for them
	// alone.
	Hosts []string
	// DockerConfig is the folder of Docker's config.json, "" for none.
	DockerConfig string
	// UserAgent names this program.
	UserAgent string
	// Connect bounds one connection, Answer the silence before an answer.
	Connect, Answer time.Duration
	// Lookup resolves names and Dial connects to one address; nil for the system's.
	Lookup func(ctx context.Context, host string) ([]netip.Addr, error)
	Dial   func(ctx context.Context, network, address string) (net.Conn, error)
}

// NewPublic returns a client that may be given references of the repository
// under test: it speaks TLS, to named hosts whose address is a public one, looked
// at when the connection is made, redirects and token servers included. Callers
// ask it only for references that MayAsk allows. It tries each request once.
func NewPublic(o PublicOptions) *Client {
	o.Connect, o.Answer = cmp.Or(o.Connect, connectTimeout), cmp.Or(o.Answer, answerTimeout)
	rt, proxy := o.transport()
	c := New(Options{UserAgent: o.UserAgent, Timeout: o.Answer})
	c.base = transport.NewUserAgent(&patience{next: &publicGuard{next: rt, hosts: o.Hosts, proxy: proxy}, limit: o.Answer}, o.UserAgent)
	c.logins = &onlyFor{hosts: o.Hosts, next: &keychain{dir: o.DockerConfig}}
	return c
}

// MayAsk reports whether a reference of the repository under test may be asked
// for: at a public registry, or one that the operator named.
func MayAsk(r Ref, named []string) bool {
	return slices.Contains(PublicHosts(), r.Registry) || slices.Contains(named, r.Registry)
}

// transport returns the connections, and which proxy an address is asked by.
func (o PublicOptions) transport() (http.RoundTripper, func(*http.Request) (*url.URL, error)) {
	like, ok := cmp.Or(o.Transport, http.DefaultTransport).(*http.Transport)
	if !ok {
		return o.Transport, nil
	}
	d := &publicDialer{lookup: o.Lookup, dial: o.Dial, proxies: like.Proxy, limit: o.Connect}
	if d.lookup == nil {
		d.lookup = func(ctx context.Context, host string) ([]netip.Addr, error) {
			return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		}
	}
	if d.dial == nil {
		d.dial = (&net.Dialer{Control: refusePrivate}).DialContext
	}
	own := like.Clone()
	own.DialContext, own.DialTLSContext, own.DialTLS, own.Dial = d.DialContext, nil, nil, nil //nolint:staticcheck // cleared so that no other dialer is used
	own.TLSHandshakeTimeout, own.ResponseHeaderTimeout = o.Connect, o.Answer
	return own, like.Proxy
}

// publicGuard looks at the address of every request before it is made.
type publicGuard struct {
	next  http.RoundTripper
	hosts []string
	proxy func(*http.Request) (*url.URL, error)
}

func (g *publicGuard) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := g.check(req); err != nil {
		return nil, err
	}
	return g.next.RoundTrip(req)
}

// check refuses what no public registry has: another scheme or port than that
// of HTTPS, an address in place of a name, a name without a domain.
func (g *publicGuard) check(req *http.Request) error {
	host := strings.ToLower(strings.TrimSuffix(req.URL.Hostname(), "."))
	_, err := netip.ParseAddr(host)
	isAddress := err == nil
	switch port := req.URL.Port(); {
	case req.URL.Scheme != "https":
		return &refusedError{req.URL.Host, "only HTTPS is used for what a repository names"}
	case slices.Contains(g.hosts, req.URL.Host) && !isAddress:
		return nil // its address is looked at when the connection is made
	case port != "" && port != "443":
		return &refusedError{req.URL.Host, "only port 443 is used for what a repository names"}
	case isAddress || looksNumeric(host):
		return &refusedError{req.URL.Host, "it is an address, not the name of a public registry"}
	case !strings.Contains(host, ".") || isLocalName(host):
		return &refusedError{req.URL.Host, "it is a name of a private network"}
	}
	if g.proxy == nil {
		return nil
	}
	switch by, err := g.proxy(req); {
	case err != nil:
		return err
	case by != nil && strings.EqualFold(by.Hostname(), host) || isProxy(g.proxy, net.JoinHostPort(host, "443")):
		return &refusedError{req.URL.Host, "it is the proxy"}
	case by == nil:
		return nil
	}
	if !slices.ContainsFunc(slices.Concat(proxiedHosts(), g.hosts), func(known string) bool { return host == known || strings.HasSuffix(host, "."+known) }) {
		return &refusedError{req.URL.Host, "behind a proxy only hosts known to belong to public registries are asked"}
	}
	return nil
}

// looksNumeric reports whether a resolver may take a name for an IPv4 address:
// "2130706433", "0x7f.1", "127.1".
func looksNumeric(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last != "" && (strings.Trim(last, "0123456789") == "" || strings.HasPrefix(last, "0x"))
}

// isLocalName reports whether a name belongs to no public domain.
// https://www.iana.org/assignments/special-use-domain-names
func isLocalName(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	return slices.Contains([]string{"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "test", "invalid", "onion"}, last)
}

// refusedError is a request that was not made.
type refusedError struct{ host, why string }

func (e *refusedError) Error() string { return e.host + " is not asked: " + e.why }

// publicDialer resolves a name itself and connects only to public addresses, so
// that the address that was looked at is the one that is used.
type publicDialer struct {
	lookup  func(ctx context.Context, host string) ([]netip.Addr, error)
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	proxies func(*http.Request) (*url.URL, error)
	limit   time.Duration
}

// DialContext connects to the first public address of a name that answers. One
// private address among those of a name refuses the name.
func (d *publicDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, d.limit)
	defer cancel()
	if isProxy(d.proxies, address) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	addrs, err := d.lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	for _, a := range addrs {
		if !isPublic(a) {
			return nil, &refusedError{host, fmt.Sprintf("its address %s is no public one", a)}
		}
	}
	// What cannot reach IPv6 may be slow to say so.
	slices.SortStableFunc(addrs, func(a, b netip.Addr) int { return a.Unmap().BitLen() - b.Unmap().BitLen() })
	err = &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	for _, a := range addrs {
		var conn net.Conn
		if conn, err = d.dial(ctx, network, net.JoinHostPort(a.Unmap().String(), port)); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// isProxy reports whether an address is that of the operator's proxy, which may
// well be a private one. No request is for it: publicGuard sees to that.
func isProxy(proxies func(*http.Request) (*url.URL, error), address string) bool {
	if proxies == nil {
		return false
	}
	by, err := proxies(&http.Request{URL: &url.URL{Scheme: "https", Host: "registry-1.docker.io"}})
	if err != nil || by == nil {
		return false
	}
	port := cmp.Or(by.Port(), map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[by.Scheme], "80")
	return strings.EqualFold(address, net.JoinHostPort(by.Hostname(), port))
}

// refusePrivate looks at the address once more, as the system is handed it.
func refusePrivate(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !isPublic(at.Addr()) {
		return &refusedError{address, "it is no public address"}
	}
	return nil
}

// isPublic reports whether an address is one of the public Internet.
// https://www.iana.org/assignments/iana-ipv4-special-registry and
// https://www.iana.org/assignments/iana-ipv6-special-registry
func isPublic(a netip.Addr) bool {
	a = a.Unmap()
	if a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	if a.Is6() {
		// The well-known prefix of NAT64 holds an IPv4 address in its last bytes.
		if b := a.As16(); netip.MustParsePrefix("64:ff9b::/96").Contains(a) {
			return isPublic(netip.AddrFrom4([4]byte(b[12:])))
		}
		if !netip.MustParsePrefix("2000::/3").Contains(a) {
			return false
		}
	}
	return !slices.ContainsFunc(reserved(), func(p string) bool { return netip.MustParsePrefix(p).Contains(a) })
}

// reserved are the ranges that look global and are not: shared and test
// networks, tunnels that embed another address, documentation.
func reserved() []string {
	return []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
	}
}
