package registry_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
)

// brokenBlob serves one layer in its registry's place: how, serve decides from the
// number of the request and the first byte asked for.
func brokenBlob(t *testing.T, timeout time.Duration, serve func(w http.ResponseWriter, r *http.Request, n, from int, blob []byte)) (got []byte, asked int32, err error) {
	t.Helper()
	srv := registrytest.New(t, true)
	random := make([]byte, 3<<20)
	_, _ = rand.NewChaCha8([32]byte{}).Read(random)
	put(t, srv.Host+"/acme/app:1.0", registrytest.Image(t, "amd64", string(random)))
	c, err := registry.New(registry.Options{Backoff: time.Millisecond, Timeout: timeout}).Open(t.Context(), srv.Host+"/acme/app:1.0")
	require.NoError(t, err)
	l := c.Images[0].Layers[0]
	rc, err := l.Open(t.Context())
	require.NoError(t, err)
	blob, err := io.ReadAll(rc)
	require.NoError(t, err)
	require.NoError(t, rc.Close())

	var count atomic.Int32
	srv.Answer(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/blobs/"+l.Digest) {
			return false
		}
		from, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(r.Header.Get("Range"), "bytes="), "-"))
		serve(w, r, int(count.Add(1)), from, blob)
		return true
	})
	rc, err = l.Open(t.Context())
	require.NoError(t, err)
	defer rc.Close()
	got, err = io.ReadAll(rc)
	if err == nil {
		require.True(t, bytes.Equal(blob, got), "put together wrong")
	}
	return got, count.Load(), err
}

// send sends part of a blob of which the whole rest is announced.
func send(w http.ResponseWriter, from, until int, blob []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(blob)-from))
	if from > 0 {
		w.Header().Set("Content-Range", "bytes "+strconv.Itoa(from)+"-"+strconv.Itoa(len(blob)-1)+"/"+strconv.Itoa(len(blob)))
		w.WriteHeader(http.StatusPartialContent)
	}
	_, _ = w.Write(blob[from:until])
	_ = http.NewResponseController(w).Flush()
}

func TestBrokenLayerGoesOnWhereItBrokeOff(t *testing.T) {
	var sent atomic.Int64
	_, asked, err := brokenBlob(t, time.Minute, func(w http.ResponseWriter, _ *http.Request, _, from int, blob []byte) {
		until := min(len(blob), from+1<<19)
		sent.Add(int64(until - from))
		send(w, from, until, blob)
	})
	require.NoError(t, err, "each attempt brings it forward")
	require.GreaterOrEqual(t, asked, int32(6))
	require.Less(t, sent.Load(), int64(4<<20), "what came is not fetched again")
}

func TestBrokenLayerFromARegistryWithoutRanges(t *testing.T) {
	_, asked, err := brokenBlob(t, time.Minute, func(w http.ResponseWriter, _ *http.Request, n, _ int, blob []byte) {
		if n == 1 {
			send(w, 0, len(blob)/2, blob)
			return
		}
		send(w, 0, len(blob), blob)
	})
	require.NoError(t, err)
	require.EqualValues(t, 2, asked)
}

func TestBrokenLayerIsGivenUp(t *testing.T) {
	for name, c := range map[string]struct {
		serve  func(w http.ResponseWriter, r *http.Request, n, from int, blob []byte)
		asked  int32
		reason registry.Reason
	}{
		"no byte more": {func(w http.ResponseWriter, _ *http.Request, _, from int, blob []byte) {
			send(w, from, max(from, 1000), blob)
		}, 4, registry.Truncated},
		"gone": {func(w http.ResponseWriter, _ *http.Request, n, from int, blob []byte) {
			if n == 1 {
				send(w, 0, 1000, blob)
				return
			}
			w.WriteHeader(http.StatusNotFound)
		}, 2, registry.Truncated},
		"another part": {func(w http.ResponseWriter, _ *http.Request, n, from int, blob []byte) {
			send(w, min(from, 1), 1000, blob)
		}, 2, registry.Truncated},
		"stalls": {func(w http.ResponseWriter, r *http.Request, _, from int, blob []byte) {
			send(w, from, max(from, 1000), blob)
			<-r.Context().Done()
		}, 2, registry.Timeout},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			got, asked, err := brokenBlob(t, 500*time.Millisecond, c.serve)
			var e *registry.Error
			require.ErrorAs(t, err, &e)
			require.Equal(t, c.reason, e.Reason, err)
			require.Equal(t, c.asked, asked)
			require.Len(t, got, 1000)
			require.Less(t, time.Since(start), 10*time.Second)
		})
	}
}

// A stalled connection is made anew once.
func TestStalledLayerIsAskedForAgain(t *testing.T) {
	_, asked, err := brokenBlob(t, 500*time.Millisecond, func(w http.ResponseWriter, r *http.Request, n, from int, blob []byte) {
		if n == 1 {
			send(w, 0, 2<<20, blob)
			<-r.Context().Done()
			return
		}
		send(w, from, len(blob), blob)
	})
	require.NoError(t, err)
	require.EqualValues(t, 2, asked)
}

func TestBrokenLayerEndsWithItsCaller(t *testing.T) {
	srv := registrytest.New(t, true)
	put(t, srv.Host+"/acme/app:1.0", registrytest.Image(t, "amd64", strings.Repeat("x", 5000)))
	c, err := registry.New(registry.Options{Backoff: time.Hour}).Open(t.Context(), srv.Host+"/acme/app:1.0")
	require.NoError(t, err)
	srv.Fail(func(*http.Request) *registrytest.Fault { return &registrytest.Fault{Truncate: 30} })
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	rc, err := c.Images[0].Layers[0].Open(ctx)
	require.NoError(t, err)
	defer rc.Close()
	require.Error(t, drained(rc))
}
