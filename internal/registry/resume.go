package registry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// resumed is the body of a blob that goes on where it broke off, for as long as
// that brings it forward. What it puts together is verified by whoever reads it,
// as every blob is. See https://www.rfc-editor.org/rfc/rfc9110#section-14.2.
type resumed struct {
	ctx  context.Context
	open func(ctx context.Context, from int64) (*http.Response, error)
	// pause is the first wait before it is asked again.
	pause time.Duration

	body io.ReadCloser
	// at is how many bytes came, size how many were announced, -1 where none were.
	at, size int64
	// tries counts the attempts since the blob had come to mark.
	tries int
	mark  int64
	err   error
}

// resumable opens a blob that is asked for again where it breaks off.
func (s *session) resumable(ctx context.Context, path string, pause time.Duration) (io.ReadCloser, error) {
	r := &resumed{ctx: ctx, pause: pause, open: func(ctx context.Context, from int64) (*http.Response, error) {
		var header http.Header
		if from > 0 {
			header = http.Header{"Range": {fmt.Sprintf("bytes=%d-", from)}}
		}
		return s.do(ctx, http.MethodGet, path, header, nil)
	}}
	resp, err := r.open(ctx, 0)
	if err != nil {
		return nil, err
	}
	if err := transport.CheckError(resp, http.StatusOK); err != nil {
		resp.Body.Close()
		return nil, err
	}
	r.body, r.size = resp.Body, resp.ContentLength
	return r, nil
}

func (r *resumed) Read(p []byte) (int, error) {
	for {
		if r.err != nil {
			if !r.again() {
				return 0, r.err
			}
			r.err = nil
		}
		n, err := r.body.Read(p)
		if r.at += int64(n); r.at-r.mark >= resumeStep {
			r.tries, r.mark = 0, r.at
		}
		switch {
		case err == io.EOF && r.at < r.size:
			r.err = io.ErrUnexpectedEOF
		case err != nil && err != io.EOF:
			r.err = err
		default:
			return n, err
		}
		if n > 0 {
			return n, nil
		}
	}
}

// again asks for the rest, and reports whether there is something to read. The
// error that broke the blob off stays, where there is not.
func (r *resumed) again() bool {
	if r.ctx.Err() != nil {
		return false
	}
	r.tries++
	if errors.Is(r.err, errSilent) { // it has had its time; one more connection may do
		r.tries = max(r.tries, maxAttempts-1)
	}
	if r.tries >= maxAttempts {
		return false
	}
	select {
	case <-r.ctx.Done():
		return false
	case <-time.After(pause(r.pause, r.tries, nil)):
	}
	resp, err := r.open(r.ctx, r.at)
	if err != nil {
		r.err = err
		return r.again()
	}
	switch {
	case resp.StatusCode == http.StatusPartialContent && strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", r.at)):
	case resp.StatusCode == http.StatusOK: // the whole once more: what came is skipped
		if _, err := io.CopyN(io.Discard, resp.Body, r.at); err != nil {
			resp.Body.Close()
			r.err = err
			return r.again()
		}
	default:
		resp.Body.Close()
		return false
	}
	r.body.Close()
	r.body = resp.Body
	return true
}

func (r *resumed) Close() error { return r.body.Close() }
