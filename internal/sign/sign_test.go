package sign_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/advisory"
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

// noon is when tests judge.
var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// verdict is what the policy says of images without or with a finding.
func verdict(findings []rule.Finding, at ...registry.Resolved) policy.Verdict {
	return verdictAt(noon, findings, at...)
}

func verdictAt(now time.Time, findings []rule.Finding, at ...registry.Resolved) policy.Verdict {
	project := &facts.Project{Have: facts.Have{Images: true, Advisories: true}, Advisories: advisoryData}
	for _, r := range at {
		project.Images = append(project.Images, &image.Image{Resolved: r})
	}
	return policy.Judge(&policy.Policy{FailOn: rule.High}, findings, project, now)
}

var advisoryData = advisory.Info{Source: "https://osv.example", Digest: "sha256:" + strings.Repeat("d", 64), Updated: noon.Add(-time.Hour)}

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
		receipt, err := sign.Sign(t.Context(), verdict(nil, w.at), w.at, client(), key, sign.About{})
		require.NoError(t, err)
		require.Equal(t, w.at.Reference(), receipt.Subject)
		require.True(t, receipt.Bundle.New)
		require.True(t, receipt.Legacy.New)

		for _, ref := range []string{w.tag, w.at.Reference()} {
			got, err := sign.Verify(t.Context(), client(), ref, key.Public(), sign.Demands{Now: noon})
			require.NoError(t, err)
			require.Equal(t, sign.Result{Reference: w.at.Reference(), Digest: w.at.Digest, Bundle: receipt.Bundle.Digest, Legacy: receipt.Legacy.Digest, Verdict: receipt.Verdict.Digest}, got)
		}
		var rejected *sign.RejectedError
		_, err = sign.Verify(t.Context(), client(), w.tag, testKeys()[1].Public(), sign.Demands{Now: noon})
		require.ErrorAs(t, err, &rejected)
		require.Len(t, rejected.Found, 3, "signature, verdict and classic signature are named")
	})
}

// TestSignTwiceChangesNothing also counts requests, those by which a fresh client
// asks for the login and looks for the image apart: in a run the image was read
// or pushed before.
func TestSignTwiceChangesNothing(t *testing.T) {
	key := testKeys()[0]
	both(t, func(t *testing.T, referrers bool) {
		w := newWorld(t, referrers)
		v := verdict(nil, w.at)
		reg := client()
		_, err := reg.Resolve(t.Context(), w.at.Reference())
		require.NoError(t, err)
		w.Reset()
		first, err := sign.Sign(t.Context(), v, w.at, reg, key, sign.About{})
		require.NoError(t, err)
		// Both layouts of the signature cost 10, and 13 with a list to keep; the verdict
		// adds a blob, a manifest and reading it back.
		most := 10 + 3
		if !referrers {
			most += 3
		}
		require.LessOrEqual(t, len(w.Requests()), most, "%v", w.Requests())

		w.Reset()
		second, err := sign.Sign(t.Context(), verdictAt(noon.Add(time.Hour), nil, w.at), w.at, reg, key, sign.About{})
		require.NoError(t, err)
		require.Equal(t, first.Bundle.Digest, second.Bundle.Digest)
		require.Equal(t, first.Legacy.Digest, second.Legacy.Digest)
		require.Equal(t, first.Verdict.Digest, second.Verdict.Digest)
		require.False(t, second.Bundle.New || second.Legacy.New || second.Verdict.New)
		most = 4
		if !referrers {
			most++ // the referrers API that is not there
		}
		require.LessOrEqual(t, len(w.Requests()), most, "%v", w.Requests())
		for _, r := range w.Requests() {
			require.NotRegexp(t, "^(PUT|POST|PATCH|DELETE) ", r)
		}

		w.Reset()
		_, err = sign.Verify(t.Context(), reg, w.tag, key.Public(), sign.Demands{Now: noon})
		require.NoError(t, err)
		require.LessOrEqual(t, len(w.Requests()), most+1, "%v: two bundles and the tag", w.Requests())
	})
}

// An index is signed with each of its platforms, and the verdict names them all.
func TestSignIndex(t *testing.T) {
	key := testKeys()[0]
	both(t, func(t *testing.T, referrers bool) {
		srv := registrytest.New(t, referrers)
		layout := registrytest.Layout(t, registrytest.Index(t, registrytest.Image(t, "amd64", "a"), registrytest.Image(t, "arm64", "b")))
		c, err := client().Open(t.Context(), "oci:"+layout)
		require.NoError(t, err)
		w := world{Server: srv, tag: srv.Host + "/acme/app:1.0"}
		w.at, err = client().Push(t.Context(), c, w.tag)
		require.NoError(t, err)
		about := sbomOf(c.Images[0].Resolved, c.Images[1].Resolved)

		img := &image.Image{Resolved: w.at}
		project := &facts.Project{Images: []*image.Image{img}}
		judge := func() policy.Verdict {
			return policy.Judge(&policy.Policy{FailOn: rule.High}, nil, project, noon)
		}
		var refusal *sign.Refusal
		_, err = sign.Sign(t.Context(), judge(), w.at, client(), key, sign.About{})
		require.ErrorAs(t, err, &refusal, "none of its platforms")
		about.Platforms = []registry.Resolved{c.Images[0].Resolved, c.Images[1].Resolved}
		_, err = sign.Sign(t.Context(), judge(), w.at, client(), key, about)
		require.ErrorAs(t, err, &refusal, "a platform that was not judged")

		for _, p := range about.Platforms {
			img.Platforms = append(img.Platforms, &image.Platform{Image: img, Digest: p.Digest})
		}
		for range 2 {
			_, err = sign.Sign(t.Context(), judge(), w.at, client(), key, about)
			require.NoError(t, err)
		}
		require.Equal(t, map[string]int{sign.PredicateType: 1, sign.VerdictType: 1}, attached(t, w, w.at))
		demands := sign.Demands{Now: noon, Verdict: true}
		for _, p := range about.Platforms {
			p.Repo = w.at.Repo
			require.Equal(t, map[string]int{sign.PredicateType: 1, sign.VerdictType: 1, sign.CycloneDXType: 1}, attached(t, w, p))
			_, err = sign.Verify(t.Context(), client(), p.Reference(), key.Public(), demands)
			require.NoError(t, err)
		}
		got, err := sign.Verify(t.Context(), client(), w.tag, key.Public(), demands)
		require.NoError(t, err)
		require.Equal(t, w.at.Reference(), got.Reference)

		// A platform that bears no signature makes the whole refused.
		w.Answer(func(rw http.ResponseWriter, r *http.Request) bool {
			hidden := strings.Contains(r.URL.Path, "/referrers/"+about.Platforms[1].Digest) || strings.Contains(r.URL.Path, strings.Replace(about.Platforms[1].Digest, ":", "-", 1))
			if hidden {
				http.NotFound(rw, r)
			}
			return hidden
		})
		var rejected *sign.RejectedError
		_, err = sign.Verify(t.Context(), client(), w.tag, key.Public(), demands)
		require.ErrorAs(t, err, &rejected)
		require.Contains(t, rejected.Reference, about.Platforms[1].Digest)
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
			_, err := sign.Sign(t.Context(), c.v, c.at, client(), c.key, sign.About{})
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
	_, err := sign.Sign(t.Context(), verdict(nil, w.at), moved, client(), testKeys()[0], sign.About{})
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
			receipt, err := sign.Sign(t.Context(), v, w.at, client(), key, sign.About{})
			if err == nil {
				require.Greater(t, n, 12)
				return
			}
			require.Zero(t, receipt)
			var e *registry.Error
			require.ErrorAs(t, err, &e, "request %d: %v", n, err)
			require.Equal(t, registry.Unavailable, e.Reason)

			w.Fail(nil)
			_, err = sign.Sign(t.Context(), v, w.at, client(), key, sign.About{})
			require.NoError(t, err, "request %d", n)
		}
	})
}

// TestSignLies covers registries that take a write and do not keep it.
func TestSignLies(t *testing.T) {
	for name, swallow := range map[string]string{"the bundle": "/manifests/sha256:", "the classic signature": ".sig"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, true)
			w.Fail(func(r *http.Request) *registrytest.Fault {
				if r.Method == http.MethodPut && strings.Contains(r.URL.Path, swallow) {
					return &registrytest.Fault{Status: http.StatusCreated, Header: http.Header{"Oci-Subject": {w.at.Digest}}}
				}
				return nil
			})
			receipt, err := sign.Sign(t.Context(), verdict(nil, w.at), w.at, client(), testKeys()[0], sign.About{})
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
	_, err := sign.Sign(t.Context(), verdict(nil, w.at), w.at, client(), testKeys()[0], sign.About{})
	require.NoError(t, err)
	got, err := sign.Verify(t.Context(), client(), w.tag, testKeys()[0].Public(), sign.Demands{Now: noon})
	require.NoError(t, err)
	require.NotEmpty(t, got.Bundle)
}

// Sixteen runs on one digest, each with a clock of its own, leave one set.
func TestParallelSignersLeaveOneSet(t *testing.T) {
	key := testKeys()[0]
	both(t, func(t *testing.T, referrers bool) {
		w := newWorld(t, referrers)
		var wg sync.WaitGroup
		for i := range 16 {
			v := verdictAt(noon.Add(time.Duration(i)*time.Second), nil, w.at)
			wg.Go(func() {
				_, err := sign.Sign(context.Background(), v, w.at, client(), key, sbomOf(w.at))
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		require.Equal(t, map[string]int{sign.PredicateType: 1, sign.VerdictType: 1, sign.CycloneDXType: 1}, attached(t, w, w.at))
		require.Equal(t, 1, classicSignatures(t, w))
		_, err := sign.Verify(t.Context(), client(), w.tag, key.Public(), sign.Demands{Now: noon, Verdict: true, Types: []string{sign.CycloneDXType}})
		require.NoError(t, err)
	})
}

func sbomOf(at ...registry.Resolved) (about sign.About) {
	for _, a := range at {
		about.Evidence = append(about.Evidence, sign.Evidence{Digest: a.Digest, Type: sign.CycloneDXType, Predicate: []byte(`{"bomFormat": "CycloneDX"}`)})
	}
	return about
}

// attached counts the referrers by the type of their statement.
func attached(t *testing.T, w world, at registry.Resolved) map[string]int {
	t.Helper()
	listed, err := client().Referrers(t.Context(), at.Repo, at.Digest)
	require.NoError(t, err)
	out := map[string]int{}
	for _, d := range listed {
		out[read(t, w, d.Digest).Annotations["dev.sigstore.bundle.predicateType"]]++
	}
	return out
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
			_, err := sign.Sign(t.Context(), verdict(nil, w.at), w.at, client(), key, sign.About{})
			require.NoError(t, err)
		}
		require.Equal(t, 2, classicSignatures(t, w))
		for _, key := range testKeys() {
			got, err := sign.Verify(t.Context(), client(), w.tag, key.Public(), sign.Demands{Now: noon})
			require.NoError(t, err)
			require.NotEmpty(t, got.Bundle)
			require.NotEmpty(t, got.Legacy)
		}
	})
}
