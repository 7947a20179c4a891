package registry_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

const secret = "s3cret"

// basicWall lets in who knows the password.
func basicWall(w http.ResponseWriter, r *http.Request) bool {
	if user, pass, ok := r.BasicAuth(); ok && user == "robot" && pass == secret {
		return false
	}
	w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
	w.WriteHeader(http.StatusUnauthorized)
	return true
}

// tokenWall gives a token for the password and the scope asked for, and lets
// the token in.
func tokenWall(srv *registrytest.Server) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/token" {
			if _, pass, _ := r.BasicAuth(); pass != secret {
				w.WriteHeader(http.StatusUnauthorized)
				return true
			}
			_ = json.NewEncoder(w).Encode(map[string]string{"token": "token for " + r.URL.Query().Get("scope")})
			return true
		}
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer token for ")
		want := "repository:acme/app:pull"
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			want = "repository:acme/app:push,pull"
		}
		if strings.HasPrefix(token, "repository:acme/app:") && (token == want || strings.Contains(token, "push")) {
			return false
		}
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer realm="http://%s/token",service="test"`, srv.Host))
		w.WriteHeader(http.StatusUnauthorized)
		return true
	}
}

func dockerConfig(t *testing.T, host string) string {
	t.Helper()
	dir := t.TempDir()
	auth := base64.StdEncoding.EncodeToString([]byte("robot:" + secret))
	body := fmt.Sprintf(`{"auths":{%q:{"auth":%q}}}`, host, auth)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.json"), []byte(body), 0o600))
	return dir
}

func TestLogins(t *testing.T) {
	for name, wall := range map[string]func(*registrytest.Server) func(http.ResponseWriter, *http.Request) bool{
		"basic": func(*registrytest.Server) func(http.ResponseWriter, *http.Request) bool { return basicWall },
		"token": tokenWall,
	} {
		t.Run(name, func(t *testing.T) {
			srv := registrytest.New(t, true)
			srv.Answer(wall(srv))
			content, err := client().Open(t.Context(), "oci:"+registrytest.Layout(t, registrytest.Image(t, "amd64", "one")))
			require.NoError(t, err)
			for how, opts := range map[string]registry.Options{
				"docker config": {DockerConfig: dockerConfig(t, srv.Host)},
				"given":         {Logins: map[string]registry.Login{srv.Host: {Username: "robot", Password: secret}}},
			} {
				opts.Backoff = time.Millisecond
				c := registry.New(opts)
				_, err = c.Push(t.Context(), content, srv.Host+"/acme/app:1.0")
				require.NoError(t, err, how)
				_, err = c.Open(t.Context(), srv.Host+"/acme/app:1.0")
				require.NoError(t, err, how)
			}
			for how, opts := range map[string]registry.Options{
				"anonymous": {},
				"no config": {DockerConfig: t.TempDir()},
				"wrong":     {Logins: map[string]registry.Login{srv.Host: {Username: "robot", Password: "guess"}}},
			} {
				opts.Backoff = time.Millisecond
				_, err = registry.New(opts).Open(t.Context(), srv.Host+"/acme/app:1.0")
				var e *registry.Error
				require.ErrorAs(t, err, &e, how)
				require.Equal(t, registry.Unauthorized, e.Reason, how)
				require.NotContains(t, err.Error(), "guess")
			}
		})
	}
}

func TestBrokenDockerConfigIsNamed(t *testing.T) {
	srv := registrytest.New(t, true)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.json"), []byte("{"), 0o600))
	_, err := registry.New(registry.Options{DockerConfig: dir}).Open(t.Context(), srv.Host+"/acme/app:1.0")
	require.ErrorContains(t, err, "config.json")
}
