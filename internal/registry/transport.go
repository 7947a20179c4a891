package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// guard refuses plain HTTP to anything but loopback and the hosts the operator
// named: the library would also allow it to private addresses, where whoever
// can block port 443 could read the password.
type guard struct {
	next  http.RoundTripper
	plain []string
}

// mayBePlain reports whether a host may be spoken to without TLS.
func mayBePlain(host string, plain []string) bool {
	return isLoopback(host) || slices.Contains(plain, host)
}

func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" && !mayBePlain(req.URL.Host, g.plain) {
		return nil, fmt.Errorf("%s is not a loopback registry: plain HTTP is refused", req.URL.Host)
	}
	return g.next.RoundTrip(req)
}

// maxRedirects is the limit of the standard library, which a custom policy
// replaces.
const maxRedirects = 10

// checkRedirect follows redirects of blobs to other stores, never down to plain
// HTTP (guard sees to that) and not in circles.
func checkRedirect(_ *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return fmt.Errorf("stopped after %d redirects", maxRedirects)
	}
	return nil
}

// errSilent is the cause of a request that was given up because nothing came.
var errSilent = errors.New("no answer")

// patience gives up on a registry that stays silent for limit, before its
// headers or within a body. A slow body is not cut as long as it brings
// minSpeed.
type patience struct {
	next  http.RoundTripper
	limit time.Duration
	now   func() time.Time
}

func (p *patience) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	limit := p.limit
	if req.ContentLength > 0 {
		// An upload is allowed a second more for each 64 KiB.
		limit += time.Duration(req.ContentLength>>16) * time.Second
	}
	timer := time.AfterFunc(limit, func() { cancel(errSilent) })
	resp, err := p.next.RoundTrip(req.WithContext(ctx))
	timer.Stop()
	if err != nil {
		if errors.Is(context.Cause(ctx), errSilent) {
			err = fmt.Errorf("%w within %s", errSilent, limit)
		}
		cancel(nil)
		return nil, err
	}
	resp.Body = &watched{ReadCloser: resp.Body, ctx: ctx, cancel: cancel, limit: p.limit, now: p.now}
	return resp, nil
}

// watched is a body that may not be silent for longer than limit, nor drip.
type watched struct {
	io.ReadCloser
	ctx    context.Context
	cancel context.CancelCauseFunc
	limit  time.Duration
	close  sync.Once
	now    func() time.Time
	// waited is the time spent in Read, and got what it brought, since the speed
	// was last looked at. The time that the reader takes is not the registry's.
	waited time.Duration
	got    int64
}

func (w *watched) Read(p []byte) (int, error) {
	var start time.Time
	if w.now != nil {
		start = w.now()
	}
	timer := time.AfterFunc(w.limit, func() { w.cancel(errSilent) })
	n, err := w.ReadCloser.Read(p)
	timer.Stop()
	if err == nil && w.now != nil && w.drips(n, w.now().Sub(start)) {
		w.cancel(errSilent)
		return n, fmt.Errorf("%w but single bytes within %s", errSilent, w.limit)
	}
	if err != nil && !errors.Is(err, io.EOF) && errors.Is(context.Cause(w.ctx), errSilent) {
		err = fmt.Errorf("%w within %s", errSilent, w.limit)
	}
	return n, err
}

// drips takes note of one read and reports whether the body is too slow.
func (w *watched) drips(n int, took time.Duration) bool {
	w.waited += took
	w.got += int64(n)
	if w.waited < w.limit {
		return false
	}
	slow := float64(w.got) < minSpeed*w.waited.Seconds()
	w.waited, w.got = 0, 0
	return slow
}

func (w *watched) Close() error {
	defer w.close.Do(func() { w.cancel(nil) })
	return w.ReadCloser.Close()
}

// retrier repeats requests that failed for a passing reason, with growing,
// jittered pauses, within the request's context.
type retrier struct {
	next  http.RoundTripper
	first time.Duration
}

func (r *retrier) RoundTrip(req *http.Request) (*http.Response, error) {
	for attempt := 1; ; attempt++ {
		resp, err := r.next.RoundTrip(req)
		if attempt == maxAttempts || !passing(req, resp, err) || (req.Body != nil && req.Body != http.NoBody && req.GetBody == nil) {
			return resp, err
		}
		wait := pause(r.first, attempt, resp)
		if resp != nil {
			_, _ = io.CopyN(io.Discard, resp.Body, 64<<10) // lets the connection be used again
			resp.Body.Close()
		}
		select {
		case <-req.Context().Done():
			return nil, req.Context().Err()
		case <-time.After(wait):
		}
		if req.GetBody != nil {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			req = req.Clone(req.Context())
			req.Body = body
		}
	}
}

// passing reports whether trying again may help. A silent registry is not asked
// again: it has had its time.
func passing(req *http.Request, resp *http.Response, err error) bool {
	if req.Context().Err() != nil {
		return false
	}
	if err != nil {
		return isPassingError(err)
	}
	switch resp.StatusCode {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// pause is the registry's Retry-After, else a jittered power of two.
func pause(first time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil {
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s >= 0 {
			return min(time.Duration(s)*time.Second, maxRetryAfter)
		}
	}
	d := min(first<<(attempt-1), maxBackoff)
	return d/2 + rand.N(d/2+1)
}
