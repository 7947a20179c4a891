package layerstore

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

var (
	release = Scope{Write: ReleaseScope, Read: []string{ReleaseScope}}
	pull    = Scope{Write: "pull-7", Read: []string{"pull-7", ReleaseScope}}
)

func key(n int) string { return fmt.Sprintf("%040x", n) }

func get(t *testing.T, s image.Store, key string) string {
	t.Helper()
	entry, err := s.Get(t.Context(), key)
	if err != nil {
		require.ErrorIs(t, err, fs.ErrNotExist)
		return "-"
	}
	return string(entry)
}

func TestScopeOf(t *testing.T) {
	for _, c := range []struct{ env, write string }{
		{"", "release"}, {"GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/main", "release"},
		{"GITHUB_EVENT_NAME=release", "release"}, {"GITHUB_EVENT_NAME=schedule", "release"},
		{"GITHUB_EVENT_NAME=pull_request GITHUB_REF=refs/pull/12/merge", "pull-12"},
		{"GITHUB_EVENT_NAME=pull_request GITHUB_REF=refs/pull/../x", "pull"},
		{"GITHUB_EVENT_NAME=pull_request_target GITHUB_REF=refs/heads/main", "pull"},
		{"GITHUB_EVENT_NAME=workflow_run", "pull"}, {"GITHUB_EVENT_NAME=issue_comment", "pull"}, {"GITHUB_EVENT_NAME=invented", "pull"},
		{"CI_MERGE_REQUEST_IID=3", "pull-3"}, {"CI_MERGE_REQUEST_IID=../release", "pull"},
	} {
		got := ScopeOf(func(name string) string {
			for _, e := range strings.Fields(c.env) {
				if k, v, _ := strings.Cut(e, "="); k == name {
					return v
				}
			}
			return ""
		})
		require.Equal(t, c.write, got.Write, c.env)
		if got.Write == ReleaseScope {
			require.Equal(t, []string{ReleaseScope}, got.Read)
		} else {
			require.Equal(t, []string{c.write, ReleaseScope}, got.Read)
		}
	}
}

// stores are the two kinds, as a release and as a pull request see them.
func stores(t *testing.T) map[string][2]image.Store {
	t.Helper()
	dir := t.TempDir()
	server := registrytest.New(t, true)
	client := registry.New(registry.Options{})
	remote := func(s Scope) image.Store {
		r, err := NewRegistry(client, server.Host+"/acme/cache", s)
		require.NoError(t, err)
		return r
	}
	return map[string][2]image.Store{
		"folder":   {NewFolder(dir, release, time.Now), NewFolder(dir, pull, time.Now)},
		"registry": {remote(release), remote(pull)},
	}
}

func TestReleasesNeverSeeWhatPullRequestsWrite(t *testing.T) {
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			release, pull := s[0], s[1]
			require.Equal(t, "-", get(t, release, key(1)))
			require.NoError(t, pull.Put(t.Context(), key(1), []byte("planted")))
			require.Equal(t, "-", get(t, release, key(1)))
			require.Equal(t, "planted", get(t, pull, key(1)))
			require.NoError(t, release.Put(t.Context(), key(1), []byte("good")))
			require.Equal(t, "good", get(t, release, key(1)))
			require.NoError(t, release.Put(t.Context(), key(2), []byte("two")))
			require.Equal(t, "two", get(t, pull, key(2)), "a pull request profits from what was merged")
			require.NoError(t, release.Put(t.Context(), key(2), []byte("new")))
			require.Equal(t, "new", get(t, release, key(2)), "an entry is replaced")
		})
	}
}

func TestFolderDropsWhatWasNotUsedForLongest(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f := NewFolder(dir, release, func() time.Time { return now })
	f.max = 1000
	foreign := filepath.Join(dir, "README")
	require.NoError(t, os.WriteFile(foreign, make([]byte, 5000), 0o600))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "release", "00"), 0o700))
	left := filepath.Join(dir, "release", "00", tempPrefix+"1")
	require.NoError(t, os.WriteFile(left, nil, 0o600))
	require.NoError(t, os.Chtimes(left, now, now.Add(-2*time.Hour)))
	for i := range 10 {
		require.NoError(t, f.Put(t.Context(), key(i), make([]byte, 100)))
		at := now.Add(time.Duration(i-20) * time.Hour)
		require.NoError(t, os.Chtimes(f.path("release", key(i)), at, at))
	}
	require.NotEqual(t, "-", get(t, f, key(0)), "used now")
	require.NoError(t, f.Put(t.Context(), key(10), make([]byte, 100)))
	var there []int
	for i := range 11 {
		if get(t, f, key(i)) != "-" {
			there = append(there, i)
		}
	}
	require.Equal(t, []int{0, 3, 4, 5, 6, 7, 8, 9, 10}, there)
	require.FileExists(t, foreign)
	require.NoFileExists(t, left)
}

func TestFolderReadsRegularFilesOnly(t *testing.T) {
	f := NewFolder(t.TempDir(), release, time.Now)
	name := f.path("release", key(1))
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o700))
	require.NoError(t, os.Symlink("/dev/zero", name))
	_, err := f.Get(t.Context(), key(1))
	require.ErrorContains(t, err, "not a regular file")
}

func TestRegistryThatHasSomethingElse(t *testing.T) {
	server := registrytest.New(t, true)
	client := registry.New(registry.Options{})
	r, err := NewRegistry(client, server.Host+"/acme/cache", release)
	require.NoError(t, err)
	_, err = client.PutManifest(t.Context(), r.repo, tag("release", key(1)), registry.IndexMediaType, []byte(`{"schemaVersion":2,"mediaType":"`+registry.IndexMediaType+`","manifests":[]}`))
	require.NoError(t, err)
	require.Empty(t, get(t, r, key(1)), "an entry of no use")
	require.NoError(t, r.Put(t.Context(), key(1), []byte("good")))
	require.Equal(t, "good", get(t, r, key(1)))
	server.Fail(func(q *http.Request) *registrytest.Fault {
		return &registrytest.Fault{Corrupt: strings.Contains(q.URL.Path, "/blobs/")}
	})
	require.Empty(t, get(t, r, key(1)))
	for status, missing := range map[int]bool{401: true, 403: true, 404: true, 400: false} {
		server.Fail(func(*http.Request) *registrytest.Fault { return &registrytest.Fault{Status: status} })
		_, err := r.Get(t.Context(), key(1))
		require.Equal(t, missing, err == fs.ErrNotExist, "%d: %v", status, err)
		require.Error(t, r.Put(t.Context(), key(1), []byte("x")))
	}
	_, err = NewRegistry(client, server.Host+"/acme/cache:v1", release)
	require.ErrorContains(t, err, "without tag")
}

func TestTiers(t *testing.T) {
	near, far := NewFolder(t.TempDir(), release, time.Now), NewFolder(t.TempDir(), release, time.Now)
	s := Tiers(near, far)
	require.NoError(t, far.Put(context.Background(), key(1), []byte("a")))
	require.Equal(t, "a", get(t, s, key(1)))
	require.Equal(t, "a", get(t, near, key(1)))
	require.NoError(t, s.Put(t.Context(), key(2), []byte("b")))
	require.Equal(t, "b b", get(t, near, key(2))+" "+get(t, far, key(2)))
	require.Equal(t, "-", get(t, s, key(3)))
}
