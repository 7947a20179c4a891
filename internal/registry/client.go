package registry

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Options says how to reach registries. The zero value is anonymous and uses
// http.DefaultTransport.
type Options struct {
	// Transport makes the connections.
	Transport http.RoundTripper
	// DockerConfig is the folder of Docker's config.json, whose logins and
	// credential helpers are used; "" for none.
	DockerConfig string
	// Logins are used before those of DockerConfig, by registry host.
	Logins map[string]Login
	// PlainHTTP lists hosts besides loopback that may be spoken to without TLS.
	PlainHTTP []string
	// UserAgent names this program to registries.
	UserAgent string
	// Timeout is how long a registry may stay silent, 30 s if zero.
	Timeout time.Duration
	// Now is the clock by which a registry that sends a byte now and then is
	// given up; nil for no such bound.
	Now func() time.Time
	// Backoff is the first pause between attempts, 250 ms if zero.
	Backoff time.Duration
	// DaemonHost is the Docker daemon's address as in DOCKER_HOST, its usual
	// socket if "".
	DaemonHost string
	// TempDir is where a daemon's image is kept while it is read, the system's
	// if "".
	TempDir string
}

// Login is a registry account: a name and password, or a bearer token.
type Login struct{ Username, Password, Token string }

// Client reads and writes OCI content. It is safe for concurrent use, and keeps
// what it has learnt of a registry: one ping each, one token per repository.
type Client struct {
	opts   Options
	base   http.RoundTripper
	logins authn.Keychain

	mu       sync.Mutex
	pings    map[string]*once[*transport.Challenge]
	sessions map[string]*once[*session]
	// held are the manifests that a registry has shown or taken, by
	// "repository@digest".
	held map[string]bool
}

// New returns a client.
func New(opts Options) *Client {
	opts.Timeout = cmp.Or(opts.Timeout, defaultTimeout)
	opts.Backoff = cmp.Or(opts.Backoff, firstBackoff)
	var rt http.RoundTripper = http.DefaultTransport
	if opts.Transport != nil {
		rt = opts.Transport
	}
	rt = &guard{next: rt, plain: opts.PlainHTTP}
	rt = transport.NewUserAgent(rt, opts.UserAgent)
	rt = &retrier{next: &patience{next: rt, limit: opts.Timeout, now: opts.Now}, first: opts.Backoff}
	return &Client{
		opts: opts, base: rt, logins: &keychain{logins: opts.Logins, dir: opts.DockerConfig},
		pings: map[string]*once[*transport.Challenge]{}, sessions: map[string]*once[*session]{}, held: map[string]bool{},
	}
}

// once is a value that is made by the first who asks and shared by all; a
// failure is not kept.
type once[T any] struct {
	mu   sync.Mutex
	done bool
	val  T
}

func (o *once[T]) get(fill func() (T, error)) (T, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.done {
		return o.val, nil
	}
	v, err := fill()
	if err == nil {
		o.val, o.done = v, true
	}
	return v, err
}

func slot[T any](mu *sync.Mutex, m map[string]*once[T], key string) *once[T] {
	mu.Lock()
	defer mu.Unlock()
	if m[key] == nil {
		m[key] = &once[T]{}
	}
	return m[key]
}

// hold notes that a registry has a manifest; holds tells whether it is known to.
func (c *Client) hold(repo, digest string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held[repo+"@"+digest] = true
}

func (c *Client) holds(repo, digest string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held[repo+"@"+digest]
}

// session is an authenticated way to one repository.
type session struct {
	http *http.Client
	// base is "https://host/v2/repository".
	base string
	ref  Ref
}

// actions of a token.
const (
	pull = transport.PullScope
	push = transport.PushScope
)

// session returns the session for a repository; action is pull or push.
func (c *Client) session(ctx context.Context, ref Ref, action string) (*session, error) {
	return slot(&c.mu, c.sessions, action+" "+ref.Repo()).get(func() (*session, error) {
		s, err := c.connect(ctx, ref, action)
		return s, classify(ref.String(), err)
	})
}

func (c *Client) connect(ctx context.Context, ref Ref, action string) (*session, error) {
	var strict []name.Option
	if mayBePlain(ref.Registry, c.opts.PlainHTTP) {
		strict = append(strict, name.Insecure)
	}
	repo, err := name.NewRepository(ref.Repo(), strict...)
	if err != nil {
		return nil, badName(ref.String(), "expected registry/repository")
	}
	challenge, err := slot(&c.mu, c.pings, ref.Registry).get(func() (*transport.Challenge, error) {
		return transport.Ping(ctx, repo.Registry, c.base)
	})
	if err != nil {
		return nil, err
	}
	auth, err := authn.Resolve(ctx, c.logins, repo)
	if err != nil {
		return nil, failure(ref.String(), Unauthorized, "check Docker's config.json and its credential helper", "login of %s: %v", ref.Registry, err)
	}
	rt, err := c.authorize(ctx, repo, auth, challenge, action)
	if err != nil {
		return nil, err
	}
	scheme := "https"
	if challenge.Insecure {
		scheme = "http"
	}
	return &session{
		http: &http.Client{Transport: rt, CheckRedirect: checkRedirect},
		base: scheme + "://" + repo.RegistryStr() + "/v2/" + repo.RepositoryStr(),
		ref:  ref,
	}, nil
}

func (c *Client) authorize(ctx context.Context, repo name.Repository, auth authn.Authenticator, challenge *transport.Challenge, action string) (http.RoundTripper, error) {
	token := &transport.Token{}
	if isBearer(challenge) {
		config, err := authn.Authorization(ctx, auth)
		if err != nil {
			return nil, err
		}
		token.Token = config.RegistryToken
		if token.Token == "" {
			if token, err = transport.Exchange(ctx, repo.Registry, auth, c.base, []string{repo.Scope(action)}, challenge); err != nil {
				return nil, err
			}
			token.Token = cmp.Or(token.Token, token.AccessToken)
		}
	}
	return transport.FromToken(repo.Registry, auth, c.base, challenge, token)
}
