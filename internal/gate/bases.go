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
	public := publicOptions(env, pol)
	b := baseimage.Options{Layouts: layouts, Local: env.Registry, Hosts: public.Hosts, CacheDir: env.CacheDir, Now: env.Now}
	if env.Public != nil && !o.Offline {
		b.Public = registry.NewPublic(public)
	}
	return baseimage.New(b)
}

// publicOptions are for asking on behalf of the repository under test.
func publicOptions(env Env, pol *policy.Policy) registry.PublicOptions {
	var hosts []string
	for _, h := range pol.Config.Registries {
		hosts = append(hosts, string(h))
	}
	return registry.PublicOptions{Transport: env.Public, Hosts: hosts, DockerConfig: env.DockerConfig, UserAgent: product.Name + "/" + env.Version}
}
