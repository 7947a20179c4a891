package sign

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// patience asks signing services again, with growing pauses, until the context
// ends: outages of half a minute are common. The libraries' own clients neither
// repeat what the network lost nor end with the context, so it holds both. It
// also compares clocks.
type patience struct {
	ctx   context.Context //nolint:containedctx // the library's requests carry none
	next  http.RoundTripper
	first time.Duration
	now   func() time.Time
	// end is when it gives up.
	end time.Time

	mu   sync.Mutex
	late time.Duration // by how much a service's clock is ahead of ours
}

// RoundTrip implements http.RoundTripper. The answer is in memory when it returns.
func (p *patience) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	for attempt := 0; ; attempt++ {
		resp, err := p.once(req, body)
		if err == nil && !again(resp.StatusCode) {
			return resp, nil
		}
		if err == nil {
			err = fmt.Errorf("%s answered %s", req.URL.Host, resp.Status)
		}
		if p.wait(attempt, resp) != nil {
			return nil, fmt.Errorf("%w (asked %d times)", err, attempt+1)
		}
	}
}

func again(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= http.StatusInternalServerError
}

func (p *patience) once(req *http.Request, body []byte) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(p.ctx, max(0, min(answerTimeout, time.Until(p.end))))
	defer cancel()
	r := req.Clone(ctx)
	r.Body, r.ContentLength = http.NoBody, 0
	if body != nil {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	resp, err := p.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, MaxAnswerBytes+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > MaxAnswerBytes {
		return nil, fmt.Errorf("%s answered with more than the limit of %d bytes", req.URL.Host, MaxAnswerBytes)
	}
	p.compare(resp.Header.Get("Date"))
	resp.Body = io.NopCloser(bytes.NewReader(raw))
	return resp, nil
}

// wait pauses before the next attempt, or returns an error where the time is up.
func (p *patience) wait(attempt int, resp *http.Response) error {
	d := min(p.first<<min(attempt, 8), maxPause)
	d = d/2 + rand.N(d/2+1)
	if resp != nil {
		if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s >= 0 {
			d = min(time.Duration(s)*time.Second, maxPause)
		}
	}
	if time.Until(p.end) < d {
		return context.DeadlineExceeded
	}
	select {
	case <-p.ctx.Done():
		return p.ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func (p *patience) compare(date string) {
	at, err := http.ParseTime(date)
	if err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.late = at.Sub(p.now())
}

// clock is a hint where the clocks differ.
func (p *patience) clock() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.late.Abs() < skew {
		return ""
	}
	return fmt.Sprintf("the clock here and that of the service are %s apart: set it", p.late.Abs().Round(time.Minute))
}
