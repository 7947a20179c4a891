package cli

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"path/filepath"

	"github.com/tidewaiter/tidewaiter/internal/product"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

// keyless makes a signer of the identity that this job has, nil where it has none.
// Flags that were not given are looked for in the environment here as well, since
// the action has no inputs for them.
func keyless(env Env, o checkOptions) func(context.Context, bool) (sign.Signer, error) {
	from := func(flag, variable string) string { return cmp.Or(flag, env.Getenv(variable)) }
	token := sign.GitHubToken(env.Getenv)
	if file := from(o.token, "TIDEWAITER_IDENTITY_TOKEN"); file != "" {
		token = sign.FileToken(file)
	}
	if token == nil {
		return nil
	}
	return func(ctx context.Context, mayPublish bool) (sign.Signer, error) {
		services := sign.PublicServices()
		config, root := from(o.signingConfig, "TIDEWAITER_SIGNING_CONFIG"), from(o.trustedRoot, "TIDEWAITER_TRUSTED_ROOT")
		if config != "" {
			if root == "" {
				return nil, errors.New("--signing-config names services of your own, and --trusted-root must say what vouches for them")
			}
			var err error
			if services, err = sign.LoadServices(config, env.Now()); err != nil {
				return nil, err
			}
		}
		material, err := env.material(ctx, root, o.offline)
		if err != nil {
			return nil, err
		}
		return sign.NewKeyless(sign.KeylessOptions{Token: token, Services: services, Material: material, MayPublish: mayPublish,
			Transport: env.transport(), Now: env.Now, Server: env.Getenv("GITHUB_SERVER_URL")}), nil
	}
}

// material loads what vouches for certificates and logs.
func (e Env) material(ctx context.Context, file string, offline bool) (sign.Material, error) {
	o := sign.MaterialOptions{File: file, Offline: offline, Transport: e.transport(), Now: e.Now}
	if dir := e.cacheDir(); dir != "" {
		o.CacheDir = filepath.Join(dir, "trusted-root")
	}
	return sign.LoadMaterial(ctx, o)
}

func (e Env) transport() http.RoundTripper {
	if e.Transport == nil {
		return http.DefaultTransport
	}
	return e.Transport
}

// cacheDir is where this program keeps what it has fetched, "" where there is no
// home.
func (e Env) cacheDir() string {
	cache := e.Getenv("XDG_CACHE_HOME")
	if home := e.Getenv("HOME"); cache == "" && home != "" {
		cache = filepath.Join(home, ".cache")
	}
	if cache == "" {
		return ""
	}
	return filepath.Join(cache, product.Name)
}
