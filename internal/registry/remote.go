package registry

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// remote is one reference in a registry.
type remote struct {
	client *Client
	ref    Ref
}

func (c *Client) openRemote(ref string) (store, error) {
	r, err := ParseRef(ref)
	if err != nil {
		return nil, err
	}
	if r.Tag == "" && r.Digest == "" {
		return nil, failure(ref, BadReference, "write "+ref+"@sha256:…, or "+ref+":TAG", "the reference names neither a digest nor a tag")
	}
	return &remote{client: c, ref: r}, nil
}

func (r *remote) repo() string  { return r.ref.Repo() }
func (r *remote) rebuilt() bool { return false }
func (r *remote) close() error  { return nil }

// root resolves the tag; this is the only time it is asked for.
func (r *remote) root(ctx context.Context) (v1.Descriptor, []byte, error) {
	what := r.ref.Digest
	if what == "" {
		what = r.ref.Tag
	}
	got, err := r.client.GetManifest(ctx, r.ref.Repo(), what)
	if err != nil {
		return v1.Descriptor{}, nil, err
	}
	h, err := v1.NewHash(got.Digest)
	return v1.Descriptor{Digest: h, Size: got.Size, MediaType: types.MediaType(got.MediaType)}, got.Raw, err
}

func (r *remote) manifest(ctx context.Context, d v1.Descriptor) ([]byte, error) {
	got, err := r.client.GetManifest(ctx, r.ref.Repo(), d.Digest.String())
	return got.Raw, err
}

func (r *remote) blob(ctx context.Context, d v1.Descriptor) (io.ReadCloser, error) {
	return r.client.openBlob(ctx, r.ref, d.Digest.String())
}

// manifestTypes are what we accept from a registry.
var manifestTypes = strings.Join([]string{
	string(types.OCIImageIndex), string(types.OCIManifestSchema1),
	string(types.DockerManifestList), string(types.DockerManifestSchema2),
}, ", ")

// Resolve asks a registry once what ref, a digest or tag, means. Places outside
// a registry are refused.
func (c *Client) Resolve(ctx context.Context, ref string) (Resolved, error) {
	if kind, _, _ := strings.Cut(ref, ":"); slices.Contains(localKinds(), kind) {
		return Resolved{}, failure(ref, BadReference, "write registry/repository@sha256:…", "is not in a registry")
	}
	s, err := c.openRemote(ref)
	if err != nil {
		return Resolved{}, err
	}
	d, raw, err := s.root(ctx)
	if err != nil {
		return Resolved{}, err
	}
	return resolved(s, d, raw), nil
}

// GetManifest reads the manifest or index that reference, a tag or digest,
// names in repo ("registry/repository"). Its bytes are verified against the
// digest, if that is what was asked for.
func (c *Client) GetManifest(ctx context.Context, repo, reference string) (Resolved, error) {
	s, at, err := c.at(ctx, repo, reference, pull)
	if err != nil {
		return Resolved{}, err
	}
	resp, err := s.do(ctx, http.MethodGet, "/manifests/"+reference, http.Header{"Accept": {manifestTypes}}, nil)
	if err != nil {
		return Resolved{}, classify(at, err)
	}
	defer resp.Body.Close()
	if err := transport.CheckError(resp, http.StatusOK); err != nil {
		return Resolved{}, classify(at, err)
	}
	raw, err := readLimited(resp.Body, MaxManifestBytes, at, "manifest")
	if err != nil {
		return Resolved{}, err
	}
	got := Resolved{
		Repo: s.ref.Repo(), Digest: digestOf(raw), Size: int64(len(raw)), Raw: raw,
		MediaType: mediaType(resp.Header.Get("Content-Type")),
	}
	if isDigest(reference) && got.Digest != reference {
		return Resolved{}, failure(at, BadDigest, damagedHint, "the registry answered with other content, of digest %s", got.Digest)
	}
	c.hold(got.Repo, got.Digest)
	return got, nil
}

// mediaType drops parameters.
func mediaType(contentType string) string {
	m, _, _ := strings.Cut(contentType, ";")
	return strings.TrimSpace(m)
}

// GetBlob reads a blob of at most limit bytes and verifies its digest.
func (c *Client) GetBlob(ctx context.Context, repo, digest string, limit int) ([]byte, error) {
	ref, err := ParseRef(repo)
	if err != nil {
		return nil, err
	}
	at := ref.Repo() + "@" + digest
	rc, err := c.openBlob(ctx, ref, digest)
	if err != nil {
		return nil, classify(at, err)
	}
	defer rc.Close()
	raw, err := readLimited(rc, limit, at, "blob")
	if err != nil {
		return nil, err
	}
	if got := digestOf(raw); got != digest {
		return nil, failure(at, BadDigest, damagedHint, "the registry answered with other content, of digest %s", got)
	}
	return raw, nil
}

func (c *Client) openBlob(ctx context.Context, ref Ref, digest string) (io.ReadCloser, error) {
	s, err := c.session(ctx, ref, pull)
	if err != nil {
		return nil, err
	}
	return s.resumable(ctx, "/blobs/"+digest, c.opts.Backoff)
}

// at returns the session of repo and the full name of reference in it.
func (c *Client) at(ctx context.Context, repo, reference, action string) (*session, string, error) {
	ref, err := ParseRef(repo)
	if err != nil {
		return nil, repo, err
	}
	at := ref.Repo() + ":" + reference
	if isDigest(reference) {
		at = ref.Repo() + "@" + reference
	}
	s, err := c.session(ctx, ref, action)
	return s, at, err
}

// isPassingError reports whether a failed connection may work the next time.
func isPassingError(err error) bool {
	var op *net.OpError
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, syscall.EPIPE) || (errors.As(err, &op) && op.Op == "dial" && !errors.Is(err, context.Canceled))
}
