package registry

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// payload is a request body that can be sent more than once.
type payload struct {
	size int64
	open func() (io.ReadCloser, error)
}

func bytesPayload(b []byte) *payload {
	return &payload{size: int64(len(b)), open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// do sends one request to the repository. The path starts with a slash.
func (s *session) do(ctx context.Context, method, path string, header http.Header, body *payload) (*http.Response, error) {
	return s.send(ctx, method, s.base+path, header, body)
}

func (s *session) send(ctx context.Context, method, target string, header http.Header, body *payload) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, method, target, nil)
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

// drain checks the status and reads the rest of a short answer, so that the
// connection serves the next request.
func drain(resp *http.Response, codes ...int) error {
	defer resp.Body.Close()
	if err := transport.CheckError(resp, codes...); err != nil {
		return err
	}
	_, _ = io.CopyN(io.Discard, resp.Body, 64<<10)
	return nil
}

var octets = http.Header{"Content-Type": {"application/octet-stream"}}

// PutBlob stores b in repo and returns its digest. A registry that takes it in
// one request is given it in one.
func (c *Client) PutBlob(ctx context.Context, repo string, b []byte) (string, error) {
	digest := digestOf(b)
	s, at, err := c.at(ctx, repo, digest, push)
	if err != nil {
		return "", err
	}
	resp, err := s.do(ctx, http.MethodPost, "/blobs/uploads/?digest="+url.QueryEscape(digest), octets, bytesPayload(b))
	if err != nil {
		return "", classify(at, err)
	}
	if err := drain(resp, http.StatusCreated, http.StatusAccepted); err != nil {
		return "", classify(at, err)
	}
	if resp.StatusCode == http.StatusCreated {
		return digest, nil
	}
	return digest, classify(at, s.finish(ctx, resp, digest, bytesPayload(b)))
}

// finish sends the blob to where the answer to POST says.
func (s *session) finish(ctx context.Context, started *http.Response, digest string, body *payload) error {
	loc, err := started.Location()
	if err != nil {
		return failure(s.ref.Repo(), Malformed, "", "the registry started an upload without saying where: %v", err)
	}
	q := loc.Query()
	q.Set("digest", digest)
	loc.RawQuery = q.Encode()
	resp, err := s.send(ctx, http.MethodPut, loc.String(), octets, body)
	if err != nil {
		return err
	}
	return drain(resp, http.StatusCreated)
}

// hasBlob asks whether the repository holds a blob.
func (s *session) hasBlob(ctx context.Context, digest string) (bool, error) {
	return s.head(ctx, "/blobs/"+digest, nil)
}

func (s *session) head(ctx context.Context, path string, header http.Header) (bool, error) {
	resp, err := s.do(ctx, http.MethodHead, path, header, nil)
	if err != nil {
		return false, err
	}
	err = drain(resp, http.StatusOK, http.StatusNotFound)
	return err == nil && resp.StatusCode == http.StatusOK, err
}

// HasManifest asks whether repo holds the manifest or index of a digest, unless
// this client has read it there before.
func (c *Client) HasManifest(ctx context.Context, repo, digest string) (bool, error) {
	if c.holds(repo, digest) {
		return true, nil
	}
	s, at, err := c.at(ctx, repo, digest, pull)
	if err != nil {
		return false, err
	}
	ok, err := s.head(ctx, "/manifests/"+digest, http.Header{"Accept": {manifestTypes}})
	return ok, classify(at, err)
}

// PutManifest stores a manifest or index under a tag, or under its digest where
// reference is that or "". It returns the registry's OCI-Subject header, which
// is the manifest's subject where the registry keeps the list of referrers
// itself, and "" where it does not say so.
func (c *Client) PutManifest(ctx context.Context, repo, reference, mediaType string, raw []byte) (subject string, err error) {
	digest := digestOf(raw)
	if reference == "" {
		reference = digest
	}
	s, at, err := c.at(ctx, repo, reference, push)
	if err != nil {
		return "", err
	}
	resp, err := s.do(ctx, http.MethodPut, "/manifests/"+reference, http.Header{"Content-Type": {mediaType}}, bytesPayload(raw))
	if err != nil {
		return "", classify(at, err)
	}
	if err := drain(resp, http.StatusCreated, http.StatusOK, http.StatusAccepted); err != nil {
		return "", classify(at, err)
	}
	if got := resp.Header.Get("Docker-Content-Digest"); got != "" && got != digest {
		return "", failure(at, BadDigest, "", "the registry stored the manifest as %s, not as %s", got, digest)
	}
	return resp.Header.Get("OCI-Subject"), nil
}

// DeleteManifest removes the manifest of a digest from repo. deleted is false
// where the registry does not have it or does not let us: many registries
// forbid deletion to whoever may push.
func (c *Client) DeleteManifest(ctx context.Context, repo, digest string) (deleted bool, err error) {
	s, at, err := c.at(ctx, repo, digest, push)
	if err != nil {
		return false, err
	}
	resp, err := s.do(ctx, http.MethodDelete, "/manifests/"+digest, http.Header{}, nil)
	if err != nil {
		return false, classify(at, err)
	}
	if err := drain(resp, http.StatusAccepted, http.StatusOK, http.StatusNoContent, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusForbidden, http.StatusUnauthorized, http.StatusBadRequest); err != nil {
		return false, classify(at, err)
	}
	return resp.StatusCode < http.StatusMultipleChoices, nil
}
