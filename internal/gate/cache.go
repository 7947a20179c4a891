package gate

import (
	"fmt"
	"path/filepath"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/image/layerstore"
)

// LayerCache says where what layers hold is kept between runs. The zero value
// keeps it in Env.CacheDir.
type LayerCache struct {
	// Off keeps nothing beyond the run.
	Off bool
	// Folder is used in place of that in Env.CacheDir; Repository is one of the
	// user's own registry, "registry/repository", used besides the folder. Each is ""
	// for none.
	Folder, Repository string
}

// OpenLayers returns the cache of one run. Where the run signs, only inventories
// that its key has signed count; without a key it can sign them with, none does.
func OpenLayers(env Env, o Options) (*image.Cache, error) {
	cache := &image.Cache{Notice: env.Notice}
	if o.Layers.Off || o.Sign && o.Key == nil {
		return cache, nil
	}
	if o.Sign {
		cache.Authority = o.Key.Inventories()
	}
	folder := o.Layers.Folder
	switch {
	case folder != "":
		if err := keptApart(o.Path, folder); err != nil {
			return nil, err
		}
	case env.CacheDir != "":
		folder = filepath.Join(env.CacheDir, "layers")
	}
	if folder != "" {
		cache.Store = layerstore.NewFolder(folder, env.Scope, env.Now)
	}
	if o.Layers.Repository != "" {
		far, err := layerstore.NewRegistry(env.Registry, o.Layers.Repository, env.Scope)
		if err != nil {
			return nil, &UsageError{fmt.Sprintf("--cache oci://%s: %v", o.Layers.Repository, err)}
		}
		if cache.Store == nil {
			cache.Store = far
		} else {
			cache.Store = layerstore.Tiers(cache.Store, far)
		}
	}
	return cache, nil
}

// keptApart refuses a cache in the folder that is judged: whoever writes to the
// repository could bring inventories of their own with it.
func keptApart(repo, folder string) error {
	if repo == "" {
		return nil
	}
	real := func(path string) string {
		if abs, err := filepath.Abs(path); err == nil {
			path = abs
		}
		for rest := ""; ; path, rest = filepath.Dir(path), filepath.Join(filepath.Base(path), rest) {
			if at, err := filepath.EvalSymlinks(path); err == nil {
				return filepath.Join(at, rest)
			}
			if path == filepath.Dir(path) {
				return filepath.Join(path, rest)
			}
		}
	}
	rel, err := filepath.Rel(real(repo), real(folder))
	if err == nil && filepath.IsLocal(rel) {
		return &UsageError{fmt.Sprintf("--cache %s: lies in the folder that is judged, which could bring a cache of its own; name a folder outside of it", folder)}
	}
	return nil
}
