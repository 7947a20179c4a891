package advisory

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// server is OSV's layout over HTTP that counts what it sends.
type server struct {
	*httptest.Server
	status    int
	zip       string
	full, not int
}

func serve(t *testing.T) *server {
	s := &server{zip: data{"GO-1.json": ginRecord}.zip(t)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case s.status != 0:
			w.WriteHeader(s.status)
		case r.URL.Path != "/osv/Go/all.zip" && r.URL.Path != "/osv/Rocky Linux/all.zip":
			w.WriteHeader(http.StatusNotFound)
		case r.Header.Get("If-None-Match") == `"one"`:
			s.not++
			w.WriteHeader(http.StatusNotModified)
		default:
			s.full++
			w.Header().Set("ETag", `"one"`)
			w.Header().Set("Last-Modified", "Mon, 05 Oct 2026 07:28:00 GMT")
			_, _ = w.Write([]byte(s.zip))
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func matchOver(t *testing.T, s *server, opts Options, ecosystem string) ([]Match, []Missing, Info, error) {
	t.Helper()
	db := open(t, s.URL+"/osv/", opts)
	matches, missing, err := db.Match(context.Background(), []Package{{ecosystem, "example.com/gin", "v1.5.0"}})
	return matches, missing, db.Info(), err
}

func TestFetchWithoutCache(t *testing.T) {
	s := serve(t)
	matches, _, info, err := matchOver(t, s, Options{}, "Go")
	require.NoError(t, err)
	require.Len(t, matches, 1)
	require.Equal(t, time.Date(2026, 10, 5, 7, 28, 0, 0, time.UTC), info.Updated, "Last-Modified, not the records' date")

	_, missing, _, err := matchOver(t, s, Options{}, "npm")
	require.NoError(t, err)
	require.Contains(t, missing[0].Reason, "has no advisories for npm (404 Not Found)")

	_, missing, _, err = matchOver(t, s, Options{}, "Rocky Linux:9")
	require.NoError(t, err)
	require.Contains(t, missing[0].Reason, "no record about Rocky Linux:9", "the name is escaped, and the folder is found")
}

func TestFetchThroughTheCache(t *testing.T) {
	s := serve(t)
	opts := Options{CacheDir: t.TempDir()}
	for range 3 {
		matches, _, info, err := matchOver(t, s, opts, "Go")
		require.NoError(t, err)
		require.Len(t, matches, 1)
		require.Equal(t, 2026, info.Updated.Year())
	}
	require.Equal(t, []int{1, 2}, []int{s.full, s.not})

	s.status = http.StatusInternalServerError
	matches, _, _, err := matchOver(t, s, opts, "Go")
	require.NoError(t, err, "the cache answers, and its date is judged")
	require.Len(t, matches, 1)

	offline := opts
	offline.Offline = true
	matches, _, _, err = matchOver(t, s, offline, "Go")
	require.NoError(t, err)
	require.Len(t, matches, 1)
	_, missing, _, err := matchOver(t, s, offline, "npm")
	require.NoError(t, err)
	require.Contains(t, missing[0].Reason, "no cached advisories for npm and no network allowed")
}

func TestDamagedCacheIsFetchedAgain(t *testing.T) {
	s := serve(t)
	opts := Options{CacheDir: t.TempDir()}
	_, _, _, err := matchOver(t, s, opts, "Go")
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(opts.CacheDir, "osv", "*", "Go", "all.zip"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.NoError(t, os.WriteFile(files[0], []byte(s.zip[:100]), 0o644))
	matches, _, _, err := matchOver(t, s, opts, "Go")
	require.NoError(t, err)
	require.Len(t, matches, 1)
	require.Equal(t, 2, s.full)
}

func TestFetchErrors(t *testing.T) {
	s := serve(t)
	for status, want := range map[int]string{
		http.StatusUnauthorized:        "401 Unauthorized; try again, or name a folder or zip with --advisories",
		http.StatusTooManyRequests:     "429 Too Many Requests",
		http.StatusInternalServerError: "500 Internal Server Error",
	} {
		s.status = status
		_, _, _, err := matchOver(t, s, Options{CacheDir: t.TempDir()}, "Go")
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "/osv/Go/all.zip")
	}
	s.Close()
	_, _, _, err := matchOver(t, s, Options{}, "Go")
	require.ErrorContains(t, err, "fetch "+s.URL)
}

// A server that accepts and then says nothing, or next to nothing, is given up
// after a while.
func TestFetchGivesUpOnSilence(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"silent": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"drips": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("P"))
				w.(http.Flusher).Flush()
				time.Sleep(5 * time.Millisecond)
			}
		},
	} {
		server := httptest.NewServer(answer)
		defer server.Close()
		store := newHTTPStore(server.URL, Options{})
		store.stall = 50 * time.Millisecond
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := store.folder(ctx, "Go")
		require.ErrorContains(t, err, "nothing received for 50ms", name)
	}
}
