package sign

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/tuf"
)

// embeddedRoot is what https://tuf-repo-cdn.sigstore.dev served when this file was
// last renewed, the last resort where neither a file nor the network tells.
//
//go:embed trusted_root.json
var embeddedRoot []byte

// embeddedRootDate is of when the embedded root is: the release of the sigstore
// library that it was taken from.
const embeddedRootDate = "2025-07-01"

// Material is what vouches for certificates, logs and timestamps.
type Material struct {
	root.TrustedMaterial
	// Source says where it is from, with its age where that matters.
	Source string
}

// MaterialOptions say where the trusted root comes from.
type MaterialOptions struct {
	// File is a trusted_root.json, used alone and without the network; "" for
	// Sigstore's public one.
	File string
	// Offline keeps from asking for the public one.
	Offline bool
	// CacheDir keeps what was fetched, "" for nothing.
	CacheDir string
	// Transport makes connections.
	Transport http.RoundTripper
	// Now is the clock.
	Now func() time.Time
}

// LoadMaterial reads the operator's trusted root, or Sigstore's public one over
// its update framework, or as a last resort the one built in.
func LoadMaterial(ctx context.Context, o MaterialOptions) (Material, error) {
	if o.File != "" {
		raw, err := readBounded(o.File, MaxRootBytes)
		if err != nil {
			return Material{}, &KeyError{Key: o.File, Detail: "cannot be read: " + err.Error(), Err: err, Hint: "make one with `cosign trusted-root create`"}
		}
		r, err := root.NewTrustedRootFromJSON(raw)
		if err != nil {
			return Material{}, &KeyError{Key: o.File, Detail: "is not a trusted root: " + err.Error(), Err: err, Hint: "make one with `cosign trusted-root create`"}
		}
		return Material{r, o.File}, nil
	}
	why := "offline"
	if !o.Offline {
		r, err := fetchRoot(ctx, o)
		if err == nil {
			return Material{r, tuf.DefaultMirror}, nil
		}
		why = err.Error()
	}
	r, err := root.NewTrustedRootFromJSON(embeddedRoot)
	if err != nil {
		return Material{}, fmt.Errorf("the built-in trusted root: %w", err)
	}
	date, err := time.Parse(time.DateOnly, embeddedRootDate)
	if err != nil {
		return Material{}, err
	}
	return Material{r, fmt.Sprintf("the built-in trusted root of %s, %s old (%s); --trusted-root names a newer one", embeddedRootDate, days(o.Now().Sub(date)), why)}, nil
}

// fetchRoot asks Sigstore's update framework, for no longer than fetchTimeout.
func fetchRoot(ctx context.Context, o MaterialOptions) (r *root.TrustedRoot, err error) {
	defer func() {
		if p := recover(); p != nil {
			r, err = nil, fmt.Errorf("what it served made the reader panic: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	options := &tuf.Options{Root: tuf.DefaultRoot(), RepositoryBaseURL: tuf.DefaultMirror, Context: ctx,
		Fetcher: &rootFetcher{ctx, o.Transport}, CachePath: o.CacheDir, DisableLocalCache: o.CacheDir == "", CacheValidity: 1}
	return root.FetchTrustedRootWithOptions(options)
}

// rootFetcher downloads for the update framework.
type rootFetcher struct {
	ctx       context.Context //nolint:containedctx // the library's interface passes none
	transport http.RoundTripper
}

// DownloadFile implements go-tuf's Fetcher.
func (f *rootFetcher) DownloadFile(address string, most int64, _ time.Duration) ([]byte, error) {
	req, err := http.NewRequestWithContext(f.ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := (&http.Client{Transport: f.transport}).Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", address, resp.Status)
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, min(most, MaxRootBytes)+1))
	if err == nil && int64(len(raw)) > min(most, MaxRootBytes) {
		err = fmt.Errorf("%s is larger than %d bytes", address, min(most, MaxRootBytes))
	}
	return raw, err
}

func readBounded(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(raw)) > limit {
		err = errors.New("it is too large")
	}
	return raw, err
}
