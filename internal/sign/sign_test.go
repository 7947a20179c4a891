package sign_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/facts"
	"github.com/tidewaiter/tidewaiter/internal/image"
	"github.com/tidewaiter/tidewaiter/internal/policy"
	"github.com/tidewaiter/tidewaiter/internal/registry"
	"github.com/tidewaiter/tidewaiter/internal/registry/registrytest"
	"github.com/tidewaiter/tidewaiter/internal/rule"
	"github.com/tidewaiter/tidewaiter/internal/sign"
)

// testKeys are two keys for all tests.
var testKeys = sync.OnceValue(func() (keys [2]*sign.Key) {
	for i := range keys {
		var err error
		if keys[i], err = sign.NewKey(); err != nil {
			panic(err)
		}
	}
	return keys
})

func client() *registry.Client {
	return registry.New(registry.Options{Backoff: time.Millisecond, Timeout: 2 * time.Second})
}

// verdict is what the policy says of images without or with a finding.
func verdict(findings []rule.Finding, at ...registry.Resolved) policy.Verdict {
	project := &facts.Project{}
	for _, r := range at {
		project.Images = append(project.Images, &image.Image{Resolved: r})
	}
	return policy.Judge(&policy.Policy{FailOn: rule.High}, findings, project, time.Time{})
}

// world is a registry with one pushed image.
type world struct {
	*registrytest.Server
	at  registry.Resolved
	tag string
}

func newWorld(t *testing.T, referrers bool, texts ...string) world {
	t.Helper()
	srv := registrytest.New(t, referrers)
	w := world{Server: srv, tag: srv.Host + "/acme/app:1.0"}
	c, err := client().Open(t.Context(), "oci:"+registrytest.Layout(t, registrytest.Image(t, "amd64", append(texts, "one")...)))
	require.NoError(t, err)
	defer c.Close()
	w.at, err = client().Push(t.Context(), c, w.tag)
	require.NoError(t, err)
	srv.Reset()
	return w
}

// both runs a test on a registry with and one without the referrers API.
func both(t *testing.T, f func(t *testing.T, referrers bool)) {
	for _, referrers := range []bool{true, false} {
		t.Run(fmt.Sprintf("referrers=%v", referrers), func(t *testing.T) { f(t, referrers) })
	}
}

func TestSignThenVerify(t *testing.T) {
	key := testKeys()[0]
	both(t, func(t *testing.T, referrers bool) {
		w := newWorld(t, referrers)
		receipt, err := sign.Sign(t.Context(), verdict(nil, w.at), w.at, client(), key)
		require.NoError(t, err)
		require.Equal(t, w.at.Reference(), receipt.Subject)
		require.True(t, receipt.Bundle.New)
		require.True(t, receipt.Legacy.New)

		for _, ref := range []string{w.tag, w.at.Reference()} {
			got, err := sign.Verify(t.Context(), client(), ref, key.Public())
			require.NoError(t, err)
			require.Equal(t, sign.Result{Reference: w.at.Reference(), Digest: w.at.Digest, Bundle: receipt.Bundle.Digest, Legacy: receipt.Legacy.Digest}, got)
		}
		var rejected *sign.RejectedError
		_, err = sign.Verify(t.Context(), client(), w.tag, testKeys()[1].Public())
		require.ErrorAs(t, err, &rejected)
		require.Len(t, rejected.Found, 2, "both layouts are named")
	})
}

func TestSignTwiceChangesNothing(t *testing.T) {
	key := testKeys()[0]
	both(t, func(t *testing.T, referrers bool) {
		w := newWorld(t, referrers)
		v := verdict(nil, w.at)
		first, err := sign.Sign(t.Context(), v, w.at, client(), key)
		require.NoError(t, err)
		requests := len(w.Requests())
		require.LessOrEqual(t, requests, 20)

		w.Reset()
		second, err := sign.Sign(t.Context(), v, w.at, client(), key)
		require.NoError(t, err)
		require.Equal(t, first.Bundle.Digest, second.Bundle.Digest)
		require.Equal(t, first.Legacy.Digest, second.Legacy.Digest)
		require.False(t, second.Bundle.New)
		require.False(t, second.Legacy.New)
		require.LessOrEqual(t, len(w.Requests()), 7)
		for _, r := range w.Requests() {
			require.NotRegexp(t, "^(PUT|POST|PATCH|DELETE) ", r)
		}

		w.Reset()
		_, err = sign.Verify(t.Context(), client(), w.tag, key.Public())
		require.NoError(t, err)
		require.LessOrEqual(t, len(w.Requests()), 7)
	})
}

func TestSignRefuses(t *testing.T) {
	w := newWorld(t, true)
	other := newWorld(t, true, "other").at
	blocking := []rule.Finding{{Rule: &rule.Rule{ID: "TW-T001"}, Severity: rule.Critical}}
	local, forged := w.at, w.at
	local.Repo = ""
	forged.Raw = append([]byte(" "), forged.Raw...)
	key := testKeys()[0]
	for name, c := range map[string]struct {
		v   policy.Verdict
		at  registry.Resolved
		key *sign.Key
		why string
	}{
		"zero verdict":           {policy.Verdict{}, w.at, key, "nothing was judged"},
		"failed verdict":         {verdict(blocking, w.at), w.at, key, "not a pass"},
		"no image judged":        {verdict(nil), w.at, key, "other content"},
		"other image judged":     {verdict(nil, other), w.at, key, "other content"},
		"not in a registry":      {verdict(nil, w.at), local, key, "push it first"},
		"bytes are not digest":   {verdict(nil, w.at), forged, key, "does not name its content"},
		"zero image":             {verdict(nil, w.at), registry.Resolved{}, key, "push it first"},
		"no key":                 {verdict(nil, w.at), w.at, nil, "no key"},
		"zero verdict and image": {policy.Verdict{}, registry.Resolved{}, key, "nothing was judged"},
	} {
		t.Run(name, func(t *testing.T) {
			w.Reset()
			_, err := sign.Sign(t.Context(), c.v, c.at, client(), c.key)
			var refusal *sign.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Contains(t, refusal.Reason, c.why)
			require.Empty(t, w.Requests(), "a refusal asks nothing of the registry")
		})
	}
}

func TestSignWantsTheImageInTheRegistry(t *testing.T) {
	w, empty := newWorld(t, true), newWorld(t, true, "other")
	moved := w.at
	moved.Repo = empty.at.Repo
	_, err := sign.Sign(t.Context(), verdict(nil, w.at), moved, client(), testKeys()[0])
	require.True(t, registry.IsNotFound(err), "%v", err)
	for _, r := range empty.Requests() {
		require.NotRegexp(t, "^(PUT|POST) ", r)
	}
}

// TestSignFailingMidway fails every request from the nth on, for each n: Sign
// never says "signed", and a second run completes the work.
func TestSignFailingMidway(t *testing.T) {
	key := testKeys()[0]
	both(t, func(t *testing.T, referrers bool) {
		for n := 1; ; n++ {
			w := newWorld(t, referrers)
			v := verdict(nil, w.at)
			count := 0
			w.Fail(func(*http.Request) *registrytest.Fault {
				if count++; count >= n {
					return &registrytest.Fault{Status: http.StatusServiceUnavailable}
				}
				return nil
			})
			receipt, err := sign.Sign(t.Context(), v, w.at, client(), key)
			if err == nil {
				require.Greater(t, n, 12)
				return
			}
			require.Zero(t, receipt)
			var e *registry.Error
			require.ErrorAs(t, err, &e, "request %d: %v", n, err)
			require.Equal(t, registry.Unavailable, e.Reason)

			w.Fail(nil)
			_, err = sign.Sign(t.Context(), v, w.at, client(), key)
			require.NoError(t, err, "request %d", n)
		}
	})
}

// TestSignLies covers registries that take a write and do not keep it.
func TestSignLies(t *testing.T) {
	for name, swallow := range map[string]string{"the bundle": "/manifests/sha256:", "the classic signature": ".sig"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, true)
			w.Fail(func(r *http.Request) *registrytest.Fault {
				if r.Method == http.MethodPut && strings.Contains(r.URL.Path, swallow) {
					return &registrytest.Fault{Status: http.StatusCreated, Header: http.Header{"Oci-Subject": {w.at.Digest}}}
				}
				return nil
			})
			receipt, err := sign.Sign(t.Context(), verdict(nil, w.at), w.at, client(), testKeys()[0])
			require.ErrorContains(t, err, "written but cannot be verified")
			require.Zero(t, receipt)
		})
	}
}

// TestSignWhereTheReferrersAPIIsEmpty covers registries that answer the API
// with 200 and an empty list but keep none.
func TestSignWhereTheReferrersAPIIsEmpty(t *testing.T) {
	w := newWorld(t, false)
	w.Answer(func(rw http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "/referrers/") {
			return false
		}
		rw.Header().Set("Content-Type", registry.IndexMediaType)
		_ = json.NewEncoder(rw).Encode(registry.Index{SchemaVersion: 2, MediaType: registry.IndexMediaType, Manifests: []registry.Descriptor{}})
		return true
	})
	_, err := sign.Sign(t.Context(), verdict(nil, w.at), w.at, client(), testKeys()[0])
	require.NoError(t, err)
	got, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public())
	require.NoError(t, err)
	require.NotEmpty(t, got.Bundle)
}

func TestParallelSignersLeaveOneSet(t *testing.T) {
	key := testKeys()[0]
	both(t, func(t *testing.T, referrers bool) {
		w := newWorld(t, referrers)
		v := verdict(nil, w.at)
		var wg sync.WaitGroup
		var failed atomic.Int32
		for range 16 {
			wg.Go(func() {
				if _, err := sign.Sign(context.Background(), v, w.at, client(), key); err != nil {
					failed.Add(1)
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.Zero(t, failed.Load())
		listed, err := client().Referrers(t.Context(), w.at.Repo, w.at.Digest)
		require.NoError(t, err)
		require.Len(t, listed, 1)
		require.Equal(t, 1, classicSignatures(t, w))
	})
}

// classicSignatures counts the layers of the .sig manifest.
func classicSignatures(t *testing.T, w world) int {
	t.Helper()
	m, err := client().GetManifest(t.Context(), w.at.Repo, registry.FallbackTag(w.at.Digest)+".sig")
	require.NoError(t, err)
	var doc struct{ Layers []registry.Descriptor }
	require.NoError(t, json.Unmarshal(m.Raw, &doc))
	return len(doc.Layers)
}

func TestSecondKeyIsAdded(t *testing.T) {
	both(t, func(t *testing.T, referrers bool) {
		w := newWorld(t, referrers)
		for _, key := range testKeys() {
			_, err := sign.Sign(t.Context(), verdict(nil, w.at), w.at, client(), key)
			require.NoError(t, err)
		}
		require.Equal(t, 2, classicSignatures(t, w))
		for _, key := range testKeys() {
			got, err := sign.Verify(t.Context(), client(), w.tag, key.Public())
			require.NoError(t, err)
			require.NotEmpty(t, got.Bundle)
			require.NotEmpty(t, got.Legacy)
		}
	})
}
