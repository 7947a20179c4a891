package gate

import (
	"maps"
	"path/filepath"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/baseimage"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/registry"
)

// bases finds base images in the layouts that the operator names, in the cache
// and, where that is allowed, at registries.
func bases(env Env, o Options, pol *policy.Policy) *baseimage.Finder {
	layouts := map[string]string{}
	for ref, at := range pol.Config.Bases {
		kind, path, _ := strings.Cut(string(at), ":")
		layouts[ref] = kind + ":" + filepath.Join(o.Path, filepath.FromSlash(path))
	}
	maps.Copy(layouts, o.Bases)
	var hosts []string
	for _, h := range pol.Config.Registries {
		hosts = append(hosts, string(h))
	}
	b := baseimage.Options{Layouts: layouts, Local: env.Registry, Hosts: hosts, CacheDir: env.CacheDir, Now: env.Now}
	if env.Public != nil && !o.Offline {
		b.Public = registry.NewPublic(registry.PublicOptions{Transport: env.Public, Hosts: hosts, DockerConfig: env.DockerConfig,
			UserAgent: product.Name + "/" + env.Version})
	}
	return baseimage.New(b)
}
