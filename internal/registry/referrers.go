package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Descriptor names content as the OCI image specification does.
// https://github.com/opencontainers/image-spec/blob/main/descriptor.md
type Descriptor struct {
	MediaType    string            `json:"mediaType"`
	Digest       string            `json:"digest"`
	Size         int64             `json:"size"`
	ArtifactType string            `json:"artifactType,omitempty"`
	Annotations  map[string]string `json:"annotations,omitempty"`
	// Data is the content itself, where it is small enough to be carried along.
	Data []byte `json:"data,omitempty"`
}

// Index is a list of manifests, as the referrers API answers and the tag
// schema stores.
type Index struct {
	SchemaVersion int          `json:"schemaVersion"`
	MediaType     string       `json:"mediaType"`
	Manifests     []Descriptor `json:"manifests"`
}

// Media types of OCI 1.1.
const (
	IndexMediaType    = "application/vnd.oci.image.index.v1+json"
	ManifestMediaType = "application/vnd.oci.image.manifest.v1+json"
	EmptyMediaType    = "application/vnd.oci.empty.v1+json"
)

// FallbackTag is the tag under which registries without the referrers API keep
// the list of what refers to digest.
// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
func FallbackTag(digest string) string { return strings.Replace(digest, ":", "-", 1) }

// Referrers lists what refers to digest in repo: by the referrers API, and,
// where that is missing or lists nothing, by the tag schema, since some
// registries answer the API with an empty list without keeping one. More than
// MaxReferrers is an error.
func (c *Client) Referrers(ctx context.Context, repo, digest string) ([]Descriptor, error) {
	found, _, err := c.ReferrersByAPI(ctx, repo, digest)
	if err != nil || len(found) > 0 {
		return found, err
	}
	return c.ReferrersByTag(ctx, repo, digest)
}

// ReferrersByAPI asks the referrers API alone. answered is false where the
// registry does not have it; true does not mean that it keeps the list.
func (c *Client) ReferrersByAPI(ctx context.Context, repo, digest string) (all []Descriptor, answered bool, err error) {
	s, at, err := c.at(ctx, repo, digest, pull)
	if err != nil {
		return nil, false, err
	}
	next := s.base + "/referrers/" + digest
	for page := 0; next != ""; page++ {
		if page >= MaxReferrerPages {
			return nil, true, tooManyReferrers(at)
		}
		p, err := s.referrersPage(ctx, at, next)
		if err != nil {
			return nil, answered, classify(at, err)
		}
		answered = answered || p.answered
		next = p.next
		if all = append(all, p.found...); len(all) > MaxReferrers {
			return nil, true, tooManyReferrers(at)
		}
	}
	return all, answered, nil
}

func tooManyReferrers(at string) *Error {
	return failure(at, TooLarge, "delete superseded signatures and attestations", "more than the limit of %d referrers", MaxReferrers)
}

// referrersPage is one answer of the API.
type referrersPage struct {
	found    []Descriptor
	answered bool
	// next is the address of the next page, "" on the last.
	next string
}

func (s *session) referrersPage(ctx context.Context, at, address string) (referrersPage, error) {
	resp, err := s.send(ctx, http.MethodGet, address, http.Header{"Accept": {IndexMediaType}}, nil)
	if err != nil {
		return referrersPage{}, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable:
		return referrersPage{}, nil // no such API
	default:
		return referrersPage{}, transport.CheckError(resp, http.StatusOK)
	}
	if mediaType(resp.Header.Get("Content-Type")) != IndexMediaType {
		return referrersPage{}, nil // a front page, not the API
	}
	raw, err := readLimited(resp.Body, MaxManifestBytes, at, "list of referrers")
	if err != nil {
		return referrersPage{}, err
	}
	found, err := parseIndex(at, raw)
	if err != nil {
		return referrersPage{}, err
	}
	next, err := nextPage(resp)
	return referrersPage{found: found, answered: true, next: next}, err
}

// nextPage follows a Link header, on the same registry only.
func nextPage(resp *http.Response) (string, error) {
	link, attrs, _ := strings.Cut(resp.Header.Get("Link"), ">")
	if !strings.HasPrefix(link, "<") || !strings.Contains(attrs, `rel="next"`) {
		return "", nil
	}
	u, err := url.Parse(link[1:])
	if err != nil {
		return "", fmt.Errorf("next page of referrers: %w", err)
	}
	u = resp.Request.URL.ResolveReference(u)
	if u.Host != resp.Request.URL.Host || u.Scheme != resp.Request.URL.Scheme {
		return "", fmt.Errorf("next page of referrers is on another host, %s", u.Host)
	}
	return u.String(), nil
}

// ReferrersByTag reads the list of the tag schema alone; no list is an empty one.
func (c *Client) ReferrersByTag(ctx context.Context, repo, digest string) ([]Descriptor, error) {
	got, err := c.GetManifest(ctx, repo, FallbackTag(digest))
	if IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if got.MediaType != IndexMediaType {
		return nil, failure(got.Repo+":"+FallbackTag(digest), Malformed, "delete the tag: its name is reserved for referrers",
			"the tag holds %s, not a list of referrers", got.MediaType)
	}
	found, err := parseIndex(got.Reference(), got.Raw)
	if err == nil && len(found) > MaxReferrers {
		return nil, tooManyReferrers(got.Repo + "@" + digest)
	}
	return found, err
}

func parseIndex(at string, raw []byte) ([]Descriptor, error) {
	var idx Index
	if err := json.Unmarshal(raw, &idx); err != nil {
		return nil, failure(at, Malformed, "", "the list of referrers is not an OCI index: %v", err)
	}
	return slices.DeleteFunc(idx.Manifests, func(d Descriptor) bool { return !isDigest(d.Digest) }), nil
}

// AddReferrerByTag puts d on the list of the tag schema, with its artifact type
// and annotations, by which consumers choose. The list is read, changed and
// written without a lock (the protocol has none), so it is read again until d
// is seen to have stayed.
func (c *Client) AddReferrerByTag(ctx context.Context, repo, digest string, d Descriptor) error {
	for range maxAttempts {
		have, err := c.ReferrersByTag(ctx, repo, digest)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(have, func(o Descriptor) bool { return o.Digest == d.Digest }) {
			return nil
		}
		if err := c.PutReferrersByTag(ctx, repo, digest, append(have, d)); err != nil {
			return err
		}
	}
	return failure(repo+"@"+digest, Failed, "run again when no other job writes to this image",
		"the list of referrers was overwritten by another writer %d times", maxAttempts)
}

// PutReferrersByTag writes the list of the tag schema as a whole. Whoever calls
// it looks afterwards whether the list has stayed.
func (c *Client) PutReferrersByTag(ctx context.Context, repo, digest string, all []Descriptor) error {
	raw, err := json.Marshal(Index{SchemaVersion: 2, MediaType: IndexMediaType, Manifests: all})
	if err != nil {
		return err
	}
	_, err = c.PutManifest(ctx, repo, FallbackTag(digest), IndexMediaType, raw)
	return err
}
