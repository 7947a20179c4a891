package registry

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/sync/errgroup"
)

// Progress is told of each blob when it is in the registry; sent is false for
// one that was there before. It is called from several goroutines.
type Progress func(digest string, size int64, sent bool)

// Push stores content under name, a tag reference: blobs first, then manifests,
// then the tag. What was opened from a layout, archive or registry arrives byte
// for byte, under the digest it was judged by. What came from docker save or
// the daemon has no manifest and is compressed on the way; its configuration,
// and with it every diff ID, is the one that was judged, or Push fails. The
// result is what the registry holds, read back by digest before the tag is set.
func (c *Client) Push(ctx context.Context, content *Content, name string, progress ...Progress) (Resolved, error) {
	ref, err := ParseRef(name)
	if err != nil {
		return Resolved{}, err
	}
	if ref.Tag == "" || ref.Digest != "" {
		return Resolved{}, failure(name, BadReference, "write registry/repository:TAG", "a push needs a tag, and only that")
	}
	if content == nil || content.store == nil {
		return Resolved{}, failure(name, BadReference, "open it first", "there is nothing to push")
	}
	s, err := c.session(ctx, ref, push)
	if err != nil {
		return Resolved{}, err
	}
	p := &pusher{client: c, session: s, from: content, progress: progress}
	raw, mediaType, err := p.all(ctx)
	if err != nil {
		return Resolved{}, fmt.Errorf("push to %s: %w", ref, classify(ref.String(), err))
	}
	return p.commit(ctx, ref, raw, mediaType)
}

type pusher struct {
	client   *Client
	session  *session
	from     *Content
	progress []Progress
}

// all stores everything but the root manifest, and returns that.
func (p *pusher) all(ctx context.Context) (raw []byte, mediaType string, err error) {
	if p.from.store.rebuilt() {
		return p.compressed(ctx)
	}
	root := p.from.Resolved
	mediaType, err = p.children(ctx, v1.Descriptor{Digest: hashOf(root.Raw), MediaType: types.MediaType(root.MediaType)}, root.Raw, 0)
	return root.Raw, mediaType, err
}

// children stores what a manifest or index refers to and returns its media
// type. Attestation manifests are part of the index and go along.
func (p *pusher) children(ctx context.Context, d v1.Descriptor, raw []byte, depth int) (mediaType string, err error) {
	doc, err := parseManifest(p.from.Ref, d, raw)
	if err != nil {
		return "", err
	}
	if depth > MaxIndexDepth {
		return "", failure(p.from.Ref, TooLarge, "", "indexes nest deeper than the limit of %d", MaxIndexDepth)
	}
	mediaType = string(doc.MediaType)
	if !doc.isIndex() {
		return mediaType, p.blobs(ctx, append(doc.Layers, doc.Config))
	}
	for _, child := range doc.Manifests {
		body, err := readManifest(ctx, p.from.store, p.from.Ref, child)
		if err != nil {
			return "", err
		}
		mediaType, err := p.children(ctx, child, body, depth+1)
		if err != nil {
			return "", err
		}
		if _, err := p.client.PutManifest(ctx, p.session.ref.Repo(), "", mediaType, body); err != nil {
			return "", err
		}
	}
	return mediaType, nil
}

// blobs stores blobs, several at a time and each once.
func (p *pusher) blobs(ctx context.Context, all []v1.Descriptor) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(uploads)
	seen := map[v1.Hash]bool{}
	for _, d := range all {
		if seen[d.Digest] {
			continue
		}
		seen[d.Digest] = true
		g.Go(func() error {
			open := func() (io.ReadCloser, error) {
				rc, err := p.from.store.blob(ctx, d)
				if err != nil {
					return nil, err
				}
				at := p.from.Ref + " blob " + d.Digest.String()
				return &digested{exactly: exactly{ReadCloser: rc, ref: at, size: d.Size}, want: d.Digest.String(), sum: sha256.New()}, nil
			}
			return p.blob(ctx, d.Digest.String(), &payload{size: d.Size, open: open})
		})
	}
	return g.Wait()
}

// blob stores one blob unless the repository has it. The registry compares what
// arrives with the digest.
func (p *pusher) blob(ctx context.Context, digest string, body *payload) error {
	at := p.session.ref.Repo() + "@" + digest
	has, err := p.session.hasBlob(ctx, digest)
	if err == nil && !has {
		err = p.session.upload(ctx, digest, body)
	}
	if err != nil {
		return classify(at, err)
	}
	for _, tell := range p.progress {
		tell(digest, body.size, !has)
	}
	return nil
}

func (s *session) upload(ctx context.Context, digest string, body *payload) error {
	resp, err := s.do(ctx, http.MethodPost, "/blobs/uploads/", http.Header{}, bytesPayload(nil))
	if err != nil {
		return err
	}
	if err := drain(resp, http.StatusAccepted); err != nil {
		return err
	}
	return s.finish(ctx, resp, digest, body)
}

// commit stores the root manifest by digest, reads it back, and sets the tag.
func (p *pusher) commit(ctx context.Context, ref Ref, raw []byte, mediaType string) (Resolved, error) {
	repo, digest := ref.Repo(), digestOf(raw)
	if _, err := p.client.PutManifest(ctx, repo, digest, mediaType, raw); err != nil {
		return Resolved{}, err
	}
	held, err := p.client.GetManifest(ctx, repo, digest)
	if err != nil {
		return Resolved{}, fmt.Errorf("read back what was pushed: %w", err)
	}
	if !bytes.Equal(held.Raw, raw) {
		return Resolved{}, failure(held.Reference(), BadDigest, "", "the registry holds another manifest than the one pushed")
	}
	if err := p.sameConfig(held); err != nil {
		return Resolved{}, err
	}
	if _, err := p.client.PutManifest(ctx, repo, ref.Tag, mediaType, raw); err != nil {
		return Resolved{}, err
	}
	return held, nil
}

// sameConfig compares what the registry holds with what was judged.
func (p *pusher) sameConfig(held Resolved) error {
	if !p.from.store.rebuilt() {
		if held.Digest != p.from.Resolved.Digest {
			return failure(held.Reference(), BadDigest, "", "pushed %s where %s was opened", held.Digest, p.from.Resolved.Digest)
		}
		return nil
	}
	var got, want manifestDoc
	if err := json.Unmarshal(held.Raw, &got); err != nil {
		return failure(held.Reference(), Malformed, "", "what was pushed is not a manifest: %v", err)
	}
	if err := json.Unmarshal(p.from.Resolved.Raw, &want); err != nil {
		return failure(p.from.Ref, Malformed, "", "what was opened is not a manifest: %v", err)
	}
	if got.Config.Digest != want.Config.Digest {
		return failure(held.Reference(), BadDigest, "", "pushed the configuration %s where %s was judged", got.Config.Digest, want.Config.Digest)
	}
	return nil
}
