package registry

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// payload is a request body that can be sent more than once.
type payload struct {
	size int64
	open func() (io.ReadCloser, error)
}

func bytesPayload(b []byte) *payload {
	return &payload{size: int64(len(b)), open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

func (s *session) send(ctx context.Context, method, url string, header http.Header, body *payload) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return nil, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	if body != nil {
		if req.Body, err = body.open(); err != nil {
			return nil, err
		}
		req.GetBody, req.ContentLength = body.open, body.size
		if body.size == 0 {
			req.Body = http.NoBody
		}
	}
	return s.http.Do(req)
}
