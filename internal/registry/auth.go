package registry

import (
	"slices"
	"strings"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/types"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// keychain finds the login of a registry: those given first, then Docker's.
// The library's own keychain is not used because it reads the environment.
type keychain struct {
	logins map[string]Login
	dir    string
}

// Resolve implements authn.Keychain.
func (k *keychain) Resolve(target authn.Resource) (authn.Authenticator, error) {
	host := target.RegistryStr()
	if host == name.DefaultRegistry {
		host = hub
	}
	if l, ok := k.logins[host]; ok {
		return authn.FromConfig(authn.AuthConfig{Username: l.Username, Password: l.Password, RegistryToken: l.Token}), nil
	}
	if k.dir == "" {
		return authn.Anonymous, nil
	}
	file, err := config.Load(k.dir)
	if err != nil {
		return nil, err
	}
	key := target.RegistryStr()
	if host == hub {
		key = authn.DefaultAuthKey
	}
	found, err := file.GetAuthConfig(key)
	if err != nil {
		return nil, err
	}
	found.ServerAddress = "" // set by the lookup itself, found or not
	if found == (types.AuthConfig{}) {
		return authn.Anonymous, nil
	}
	return authn.FromConfig(authn.AuthConfig{
		Username: found.Username, Password: found.Password, Auth: found.Auth,
		IdentityToken: found.IdentityToken, RegistryToken: found.RegistryToken,
	}), nil
}

// onlyFor uses logins for some hosts alone, and is anonymous to all others.
type onlyFor struct {
	hosts []string
	next  authn.Keychain
}

// Resolve implements authn.Keychain.
func (k *onlyFor) Resolve(target authn.Resource) (authn.Authenticator, error) {
	host := target.RegistryStr()
	if host == name.DefaultRegistry {
		host = hub
	}
	if !slices.Contains(k.hosts, host) {
		return authn.Anonymous, nil
	}
	return k.next.Resolve(target)
}

func isBearer(c *transport.Challenge) bool { return strings.EqualFold(c.Scheme, "bearer") }
