package layerstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// artifactType is that of the manifests that hold inventories, blobType that of
// what they hold.
const (
	artifactType = "application/vnd.tidewaiter.layer-inventory.v1"
	blobType     = "application/vnd.tidewaiter.layer-inventory.v1+zstd"
)

// Registry keeps entries in a repository of the user's own, each as an OCI
// artifact under the tag <scope>.<key>.
// https://github.com/opencontainers/image-spec/blob/main/manifest.md#guidelines-for-artifact-usage
type Registry struct {
	client *registry.Client
	repo   string
	scope  Scope
}

// NewRegistry returns the store of a repository, "registry/repository".
func NewRegistry(client *registry.Client, repo string, scope Scope) (*Registry, error) {
	ref, err := registry.ParseRef(repo)
	if err != nil {
		return nil, err
	}
	if ref.Tag != "" || ref.Digest != "" {
		return nil, fmt.Errorf("%s: name a repository without tag or digest, since the tags are made here", repo)
	}
	return &Registry{client: client, repo: ref.Repo(), scope: scope}, nil
}

// manifest is an artifact's. See the guidelines at Registry.
type manifest struct {
	SchemaVersion int                   `json:"schemaVersion"`
	MediaType     string                `json:"mediaType"`
	ArtifactType  string                `json:"artifactType"`
	Config        registry.Descriptor   `json:"config"`
	Layers        []registry.Descriptor `json:"layers"`
}

func tag(scope, key string) string { return scope + "." + key }

// Get implements image.Store.
func (r *Registry) Get(ctx context.Context, key string) ([]byte, error) {
	for _, scope := range r.scope.Read {
		entry, err := r.get(ctx, tag(scope, key))
		if !errors.Is(err, fs.ErrNotExist) {
			return entry, err
		}
	}
	return nil, fs.ErrNotExist
}

func (r *Registry) get(ctx context.Context, tag string) ([]byte, error) {
	got, err := r.client.GetManifest(ctx, r.repo, tag)
	if isMissing(err) {
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, err
	}
	var m manifest
	if err := json.Unmarshal(got.Raw, &m); err != nil || m.ArtifactType != artifactType || len(m.Layers) != 1 || m.Layers[0].MediaType != blobType {
		return nil, nil //nolint:nilerr // something else has the tag: an entry of no use, which will be replaced
	}
	if m.Layers[0].Size > maxEntry {
		return nil, nil
	}
	entry, err := r.client.GetBlob(ctx, r.repo, m.Layers[0].Digest, maxEntry)
	var known *registry.Error
	switch {
	case isMissing(err): // the registry's garbage collection has been there
		return nil, fs.ErrNotExist
	case errors.As(err, &known) && (known.Reason == registry.BadDigest || known.Reason == registry.TooLarge):
		return nil, nil
	}
	return entry, err
}

// isMissing reports whether there is no such thing, or no such repository yet:
// some registries say that as if it were forbidden.
func isMissing(err error) bool {
	var known *registry.Error
	return errors.As(err, &known) && (known.Reason == registry.NotFound || known.Reason == registry.Forbidden || known.Reason == registry.Unauthorized)
}

// Put implements image.Store.
func (r *Registry) Put(ctx context.Context, key string, entry []byte) error {
	empty := []byte("{}")
	digest, err := r.client.PutBlob(ctx, r.repo, entry)
	if err != nil {
		return err
	}
	config, err := r.client.PutBlob(ctx, r.repo, empty)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(manifest{
		SchemaVersion: 2, MediaType: registry.ManifestMediaType, ArtifactType: artifactType,
		Config: registry.Descriptor{MediaType: registry.EmptyMediaType, Digest: config, Size: int64(len(empty))},
		Layers: []registry.Descriptor{{MediaType: blobType, Digest: digest, Size: int64(len(entry))}},
	})
	if err != nil {
		return err
	}
	_, err = r.client.PutManifest(ctx, r.repo, tag(r.scope.Write, key), registry.ManifestMediaType, raw)
	return err
}

// Repository reads the part of "oci://registry/repository" that names the
// repository.
func Repository(text string) (repo string, ok bool) { return strings.CutPrefix(text, "oci://") }
