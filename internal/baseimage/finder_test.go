package baseimage_test

import (
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/baseimage"
	"github.com/tidewaiter/tidewaiter/internal/dockerfile"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

// hub answers for every registry from one on loopback, and counts.
type hub struct {
	server *registrytest.Server
	asked  atomic.Int32
	down   atomic.Bool
}

func (h *hub) RoundTrip(r *http.Request) (*http.Response, error) {
	h.asked.Add(1)
	if h.down.Load() {
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	}
	to := r.Clone(r.Context())
	to.URL.Scheme, to.URL.Host = "http", h.server.Host
	resp, err := http.DefaultTransport.RoundTrip(to)
	if err == nil {
		resp.Request = r
	}
	return resp, err
}

func configured(t *testing.T, c v1.Config) v1.Image {
	t.Helper()
	img, err := mutate.Config(registrytest.Image(t, "amd64", "x"), c)
	require.NoError(t, err)
	return img
}

// newHub has ghcr.io/acme/base:1, whose user is 1001.
func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{server: registrytest.New(t, true)}
	client := registry.New(registry.Options{})
	img := configured(t, v1.Config{User: "1001:0", WorkingDir: "/srv", Env: []string{"A=b"}, OnBuild: []string{"RUN true"}})
	content, err := client.Open(t.Context(), "oci:"+registrytest.Layout(t, img))
	require.NoError(t, err)
	defer content.Close()
	_, err = client.Push(t.Context(), content, h.server.Host+"/acme/base:1")
	require.NoError(t, err)
	return h
}

func ask(t *testing.T, o baseimage.Options, ref string) dockerfile.BaseAnswer {
	t.Helper()
	q := dockerfile.BaseQuery{Ref: ref, Platform: "linux/amd64"}
	return baseimage.New(o).Find(t.Context(), []dockerfile.BaseQuery{q, q})[q]
}

func TestRegistryThenCache(t *testing.T) {
	h := newHub(t)
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	o := baseimage.Options{Public: registry.NewPublic(registry.PublicOptions{Transport: h}), CacheDir: t.TempDir(), Now: func() time.Time { return now }}
	got := ask(t, o, "ghcr.io/acme/base:1")
	require.Empty(t, got.Unknown)
	require.True(t, got.Config.Full)
	require.Equal(t, []any{"1001", "/srv", "ghcr.io"}, []any{*got.Config.User, *got.Config.Workdir, got.Config.Source})
	require.Equal(t, []string{"RUN true"}, got.Config.OnBuild)
	require.Equal(t, "linux/amd64", got.Config.Platform)

	h.asked.Store(0)
	require.Equal(t, "the cache", ask(t, o, "ghcr.io/acme/base:1").Config.Source)
	require.Zero(t, h.asked.Load(), "the answer is fresh")
	now = now.Add(2 * time.Hour)
	require.Equal(t, "ghcr.io", ask(t, o, "ghcr.io/acme/base:1").Config.Source)
	require.NotZero(t, h.asked.Load(), "a tag may mean something else by now")
	ask(t, o, "ghcr.io/acme/base:1@"+got.Config.Digest)

	now = now.Add(24 * time.Hour)
	o.Public = nil
	require.Equal(t, "the cache", ask(t, o, "ghcr.io/acme/base:1").Config.Source, "where nobody can be asked an older answer is better than none")
	now = now.Add(30 * 24 * time.Hour)
	require.Equal(t, "registries are not asked when offline", ask(t, o, "ghcr.io/acme/base:1").Unknown)
	require.Equal(t, "the cache", ask(t, o, "ghcr.io/acme/base@"+got.Config.Digest).Config.Source, "a digest never changes its meaning")
}

func TestDamagedCacheIsNone(t *testing.T) {
	h := newHub(t)
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	o := baseimage.Options{Public: registry.NewPublic(registry.PublicOptions{Transport: h}), CacheDir: t.TempDir(), Now: func() time.Time { return now }}
	ask(t, o, "ghcr.io/acme/base:1")
	files, err := filepath.Glob(filepath.Join(o.CacheDir, "bases", "config", "*.json"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	data, err := os.ReadFile(files[0])
	require.NoError(t, err)
	for name, text := range map[string]string{"cut": string(data[:len(data)/2]), "other content": strings.Replace(string(data), `"sha256":"sha256:`, `"sha256":"sha256:0`, 1), "empty": ""} {
		require.NoError(t, os.WriteFile(files[0], []byte(text), 0o600))
		require.Equal(t, "ghcr.io", ask(t, o, "ghcr.io/acme/base:1").Config.Source, name)
	}
}

// A host that cannot be reached is asked once: not for the next image, and not
// by the next run within a minute.
func TestUnreachable(t *testing.T) {
	h := newHub(t)
	h.down.Store(true)
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	o := baseimage.Options{Public: registry.NewPublic(registry.PublicOptions{Transport: h}), CacheDir: t.TempDir(), Now: func() time.Time { return now }}
	require.Contains(t, ask(t, o, "ghcr.io/acme/base:1").Unknown, "ghcr.io was asked: ")
	asked := h.asked.Load()
	require.LessOrEqual(t, asked, int32(2), "HTTPS, and what the library tries besides")
	require.Contains(t, ask(t, o, "ghcr.io/acme/other:1").Unknown, "could not be reached a moment ago")
	require.Equal(t, asked, h.asked.Load())
	h.down.Store(false)
	now = now.Add(2 * time.Minute)
	require.Empty(t, ask(t, o, "ghcr.io/acme/base:1").Unknown)
}

func TestWhoIsAsked(t *testing.T) {
	h := newHub(t)
	o := baseimage.Options{Public: registry.NewPublic(registry.PublicOptions{Transport: h})}
	require.Contains(t, ask(t, o, "registry.corp.example/acme/base:1").Unknown, "not a registry that may be asked")
	require.Contains(t, ask(t, o, "127.0.0.1:5000/acme/base:1").Unknown, "not a registry that may be asked")
	require.Contains(t, ask(t, o, "debian:12").Config.Source, "built-in table")
	require.Contains(t, ask(t, o, "Not A Reference").Unknown, "not an image reference")
	require.Zero(t, h.asked.Load())
	o.Hosts = []string{"registry.corp.example"}
	o.Public = registry.NewPublic(registry.PublicOptions{Transport: h, Hosts: o.Hosts})
	require.Equal(t, "1001", *ask(t, o, "registry.corp.example/acme/base:1").Config.User)
	require.Contains(t, ask(t, o, "ghcr.io/acme/absent:1").Unknown, "ghcr.io was asked: ")
}

func TestLayoutsComeFirst(t *testing.T) {
	dir := registrytest.Layout(t, configured(t, v1.Config{User: "app"}))
	o := baseimage.Options{Local: registry.New(registry.Options{}), Layouts: map[string]string{"debian:12": "oci:" + dir, "ghcr.io/acme/base": "oci:" + dir, "ghcr.io/acme/bad": "oci:" + t.TempDir()}}
	for _, ref := range []string{"docker.io/library/debian:12", "docker.io/library/debian:12@sha256:" + strings.Repeat("a", 64), "ghcr.io/acme/base:7"} {
		require.Equal(t, "app", *ask(t, o, ref).Config.User, ref)
	}
	require.Equal(t, "", *ask(t, o, "docker.io/library/debian:13").Config.User)
	require.Contains(t, ask(t, o, "ghcr.io/acme/bad:1").Unknown, "index.json")
}

func TestTable(t *testing.T) {
	answer := func(ref string) dockerfile.Answer {
		c := baseimage.FromTable(ref)
		if c == nil {
			return dockerfile.Unknown
		}
		return c.Root()
	}
	for ref, want := range map[string]dockerfile.Answer{
		"docker.io/library/debian:12": dockerfile.Yes, "docker.io/library/python:3": dockerfile.Yes, "public.ecr.aws/docker/library/node:24": dockerfile.Yes,
		"gcr.io/distroless/static:latest": dockerfile.Yes, "gcr.io/distroless/static:nonroot": dockerfile.No, "gcr.io/distroless/java17-debian12:debug-nonroot": dockerfile.No,
		"mcr.microsoft.com/dotnet/aspnet:9.0-noble-chiseled": dockerfile.No, "mcr.microsoft.com/dotnet/aspnet:9.0": dockerfile.Yes,
		"mcr.microsoft.com/dotnet/aspnet:9.0-nanoserver-ltsc2025": dockerfile.Unknown, "docker.io/library/node:onbuild": dockerfile.Unknown,
		"cgr.dev/chainguard/wolfi-base:latest": dockerfile.Yes, "cgr.dev/chainguard/static:latest": dockerfile.No, "cgr.dev/chainguard/go:latest": dockerfile.Unknown,
		"registry.access.redhat.com/ubi9:latest": dockerfile.Yes, "registry.access.redhat.com/ubi9/ubi-minimal:9.4": dockerfile.Yes,
		"registry.access.redhat.com/ubi9/python-312:1": dockerfile.No, "registry.access.redhat.com/ubi9/podman:1": dockerfile.Unknown,
		"docker.io/bitnami/redis:7": dockerfile.No, "docker.io/bitnami/minideb:bookworm": dockerfile.Yes, "ghcr.io/acme/x:1": dockerfile.Unknown,
		"dhi.io/python:3.13": dockerfile.No, "dhi.io/python:3.13-dev": dockerfile.Yes, "docker.io/acme/debian:12": dockerfile.Unknown,
	} {
		require.Equal(t, want, answer(ref), ref)
	}
	require.Equal(t, "/go", *baseimage.FromTable("docker.io/library/golang:1.26").Workdir)
	require.Equal(t, "/var/www/html", *baseimage.FromTable("docker.io/library/php:8.4-apache").Workdir)
	require.Nil(t, baseimage.FromTable("docker.io/library/php:8.4-zts").Workdir)
}

func TestPins(t *testing.T) {
	h := newHub(t)
	o := baseimage.Options{Public: registry.NewPublic(registry.PublicOptions{Transport: h})}
	now := ask(t, o, "ghcr.io/acme/base:1").Config.Digest
	old := "sha256:" + strings.Repeat("a", 64)
	got := baseimage.New(o).Pins(t.Context(), []string{"ghcr.io/acme/base:1@" + now, "ghcr.io/acme/base:1@" + old, "ghcr.io/acme/base@" + now,
		"evil.example/acme/base:1@" + now, "127.0.0.1/acme/base:1@" + now})
	require.Equal(t, map[string]dockerfile.Pin{
		"ghcr.io/acme/base:1@" + now: {Now: now},
		"ghcr.io/acme/base:1@" + old: {Now: now, Gone: true},
		"ghcr.io/acme/base@" + now:   {},
	}, got)
	require.Empty(t, baseimage.New(baseimage.Options{}).Pins(t.Context(), []string{"ghcr.io/acme/base:1@" + now}), "nobody is asked when offline")
	h.down.Store(true)
	require.Empty(t, baseimage.New(o).Pins(t.Context(), []string{"ghcr.io/acme/base:1@" + now}))
}

// What costs time is bounded: a registry that never answers holds nobody up.
func TestSilentRegistryCostsLittle(t *testing.T) {
	silent := roundTripper(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, errors.New("gave up")
	})
	public := registry.NewPublic(registry.PublicOptions{Transport: silent, Answer: 50 * time.Millisecond})
	var many []dockerfile.BaseQuery
	for i := range 300 {
		many = append(many, dockerfile.BaseQuery{Ref: "ghcr.io/acme/base" + strings.Repeat("x", i) + ":1", Platform: "linux/amd64"})
	}
	start := time.Now()
	got := baseimage.New(baseimage.Options{Public: public}).Find(t.Context(), many)
	require.Less(t, time.Since(start), 12*time.Second)
	require.Len(t, got, len(many))
	for q, answer := range got {
		require.NotEmpty(t, answer.Unknown, q.Ref)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"config":{"User":"1:2","OnBuild":["RUN x"],"Env":["A=b","C"]},"os":"linux"}`))
	f.Add([]byte(`{"config":{"OnBuild":["FROM x\nUSER 0","ONBUILD ONBUILD RUN","","\u0000"]}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		answer := baseimage.Decode(registry.Config{Raw: raw}, "x")
		file, err := dockerfile.Parse(source("FROM ghcr.io/a/b\nUSER $X\nWORKDIR a\n"))
		require.NoError(t, err)
		file.Configure(func(dockerfile.BaseQuery) dockerfile.BaseAnswer { return answer })
		file.Configure(func(dockerfile.BaseQuery) dockerfile.BaseAnswer { return answer })
		_ = file.Stages[0].Config.Root()
	})
}
